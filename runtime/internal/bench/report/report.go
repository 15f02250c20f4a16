package report

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// A Report is what one run measured.
type Report struct {
	Machine   map[string]string `json:"machine"`
	Settings  map[string]string `json:"settings"`
	Notes     []string          `json:"notes"` // what a reader must know to judge the figures
	Baselines Baselines         `json:"baselines"`
	Judged    string            `json:"judged"` // the peer that the goals are for
	Cells     []Cell            `json:"summary"`
	Samples   []Sample          `json:"samples"`
}

// Write writes results.json and results.md to a folder and returns the text of
// the latter.
func (r *Report) Write(dir string) (string, error) {
	r.Cells = Summarize(r.Samples, r.Baselines)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	data, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(dir, "results.json"), append(data, '\n'), 0o644); err != nil {
		return "", err
	}
	text := r.Markdown()
	return text, os.WriteFile(filepath.Join(dir, "results.md"), []byte(text), 0o644)
}

// Markdown returns the summary: a table for each baseline, with a column for
// each peer.
func (r *Report) Markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# Benchmark\n\n%s\n%s\n\n", line(r.Machine), line(r.Settings))
	for _, note := range r.Notes {
		fmt.Fprintf(&b, "- %s\n", note)
	}
	b.WriteString("- A cell is the median of the rounds; in brackets, how many times better than the peer marked ×1, measured in the same round. Behind a goal: ✓ reached, ✗ missed, ? the machine was disturbed.\n")
	for _, cells := range byBaseline(r.Cells) {
		r.table(&b, cells)
	}
	return b.String()
}

// byBaseline parts cells that have different baselines, in the order of the
// cells.
func byBaseline(cells []Cell) [][]Cell {
	var parts [][]Cell
	for _, c := range cells {
		i := slices.IndexFunc(parts, func(part []Cell) bool { return part[0].Baseline == c.Baseline })
		if i < 0 {
			i = len(parts)
			parts = append(parts, nil)
		}
		parts[i] = append(parts[i], c)
	}
	return parts
}

// table writes cells that have the same baseline.
func (r *Report) table(b *strings.Builder, cells []Cell) {
	peers := peersOf(cells)
	b.WriteString("\n| workload | metric |")
	for _, peer := range peers {
		if peer == cells[0].Baseline {
			peer += " (×1)"
		}
		fmt.Fprintf(b, " %s |", peer)
	}
	fmt.Fprintf(b, " goal for %s |\n|---|---|%s\n", r.Judged, strings.Repeat("---|", len(peers)+1))
	for _, row := range rowsOf(cells) {
		r.row(b, row, peers)
	}
}

// row writes one metric of one workload.
func (r *Report) row(b *strings.Builder, row []Cell, peers []string) {
	goal := ""
	fmt.Fprintf(b, "| %s | %s |", row[0].Workload, label(row[0]))
	for _, peer := range peers {
		i := slices.IndexFunc(row, func(c Cell) bool { return c.Peer == peer })
		if i < 0 {
			b.WriteString(" – |")
			continue
		}
		fmt.Fprintf(b, " %s", number(row[i].Median))
		if row[i].Ratio > 0 && peer != row[i].Baseline {
			fmt.Fprintf(b, " (×%s)", number(row[i].Ratio))
		}
		b.WriteString(" |")
		if peer == r.Judged {
			goal = verdict(row[i])
		}
	}
	fmt.Fprintf(b, " %s |\n", goal)
}

// rowsOf returns the cells of each workload's metrics together, workloads in
// the order they were first measured in, metrics in that of their columns.
func rowsOf(cells []Cell) [][]Cell {
	var workloads []string
	for _, c := range cells {
		if !slices.Contains(workloads, c.Workload) {
			workloads = append(workloads, c.Workload)
		}
	}
	var rows [][]Cell
	for _, w := range workloads {
		for _, column := range columns(w) {
			row := slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.Workload != w || c.Metric != column.metric })
			if len(row) > 0 {
				rows = append(rows, row)
			}
		}
	}
	return rows
}

// peersOf returns the peers in the order of the alphabet, which the rounds'
// turns do not change.
func peersOf(cells []Cell) []string {
	var peers []string
	for _, c := range cells {
		peers = append(peers, c.Peer)
	}
	slices.Sort(peers)
	return slices.Compact(peers)
}

func label(c Cell) string {
	all := columns(c.Workload)
	return all[slices.IndexFunc(all, func(x column) bool { return x.metric == c.Metric })].label
}

// line writes a map's entries in the order of their keys.
func line(m map[string]string) string {
	var parts []string
	for k, v := range m {
		parts = append(parts, k+" "+v)
	}
	slices.Sort(parts)
	return strings.Join(parts, ", ") + "."
}

// number writes three digits that matter, and never an exponent.
func number(v float64) string {
	switch a := max(v, -v); {
	case v == float64(int64(v)) || a >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case a >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case a >= 1:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}
