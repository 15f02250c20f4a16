package report

import "slices"

// A Sample is one workload of one peer in one round.
type Sample struct {
	Set      string             `json:"set"`
	Workload string             `json:"workload"`
	Peer     string             `json:"peer"`
	Round    int                `json:"round"`
	Metrics  map[string]float64 `json:"metrics"`
}

// A Cell sums up one metric of a workload for one peer.
type Cell struct {
	Workload string  `json:"workload"`
	Metric   string  `json:"metric"`
	Peer     string  `json:"peer"`
	Baseline string  `json:"baseline"`
	Median   float64 `json:"median"`
	Min      float64 `json:"min"`
	Max      float64 `json:"max"`
	// Ratio is how many times better than the baseline the peer is, whichever
	// way is better: the median of the ratios within each round. It is 0 where
	// there is none.
	Ratio float64 `json:"ratio,omitempty"`
	// Foreign is the CPU time that other processes took meanwhile, in percent
	// of one CPU: the median of the rounds, of the peer or the baseline,
	// whichever was disturbed more.
	Foreign float64 `json:"foreign_pct"`
	Rounds  int     `json:"rounds"`
}

// Baselines name the peers that the ratios of sets refer to. "" is that of all
// sets that have none of their own.
type Baselines map[string]string

func (b Baselines) of(set string) string {
	if own, ok := b[set]; ok {
		return own
	}
	return b[""]
}

// Summarize returns a cell for each metric that is shown, in the order of the
// samples.
func Summarize(samples []Sample, baselines Baselines) []Cell {
	type group struct{ workload, peer string }
	var order []group
	groups := map[group][]Sample{}
	for _, s := range samples {
		g := group{s.Workload, s.Peer}
		if groups[g] == nil {
			order = append(order, g)
		}
		groups[g] = append(groups[g], s)
	}
	var cells []Cell
	for _, g := range order {
		for _, c := range columns(g.workload) {
			baseline := baselines.of(groups[g][0].Set)
			if cell, ok := c.cell(groups[g], groups[group{g.workload, baseline}]); ok {
				cell.Baseline = baseline
				cells = append(cells, cell)
			}
		}
	}
	return cells
}

// cell sums up samples of one workload and peer beside those of the baseline.
func (c column) cell(samples, baseline []Sample) (Cell, bool) {
	var values, ratios []float64
	for _, s := range samples {
		v, ok := s.Metrics[c.metric]
		if !ok {
			continue
		}
		values = append(values, v)
		for _, b := range baseline {
			if base := b.Metrics[c.metric]; b.Round == s.Round && v > 0 && base > 0 {
				ratios = append(ratios, c.ratio(v, base))
			}
		}
	}
	if len(values) == 0 {
		return Cell{}, false
	}
	cell := Cell{
		Workload: samples[0].Workload, Metric: c.metric, Peer: samples[0].Peer,
		Foreign: max(foreign(samples), foreign(baseline)),
		Median:  Median(values), Min: slices.Min(values), Max: slices.Max(values), Rounds: len(values),
	}
	if c.better != neither {
		cell.Ratio = Median(ratios)
	}
	return cell, true
}

func foreign(samples []Sample) float64 {
	var values []float64
	for _, s := range samples {
		values = append(values, s.Metrics["foreign_pct"])
	}
	return Median(values)
}

func (c column) ratio(v, base float64) float64 {
	if c.better == lower {
		return base / v
	}
	return v / base
}

// Median returns the middle of the values, or the mean of the two there; 0 of
// none.
func Median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}
