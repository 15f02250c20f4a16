package config

import (
	"math"
	"strconv"
	"strings"
)

// Bytes returns a positive number of bytes up to 2 GB, such as 1000000, 512KB
// or 10MiB.
func (e *Env) Bytes(name string, def int) int {
	return parse(e, name, def, "a size such as 1000000, 512KB or 10MiB, up to 2GB", parseBytes)
}

var byteUnits = []struct {
	name string
	size int64
}{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"KB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1},
}

func parseBytes(s string) (int, bool) {
	for _, unit := range byteUnits {
		digits, ok := strings.CutSuffix(s, unit.name)
		if !ok {
			continue
		}
		n, err := strconv.ParseInt(digits, 10, 32)
		n *= unit.size // of 31 bits and at most 31 bits
		return int(n), err == nil && n > 0 && n <= math.MaxInt32
	}
	return 0, false
}
