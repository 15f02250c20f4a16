package spec

import "strings"

// maxSuggest is the length of the longest word that is compared; names beyond
// it are no typing errors.
const maxSuggest = 40

// nearest returns the candidate that word was probably meant to be, "" when
// none is near. Of equally near ones the first is returned.
func nearest(word string, candidates []string) string {
	if len(word) < 2 || len(word) > maxSuggest {
		return ""
	}
	best, limit := "", 1+len(word)/4
	lower := strings.ToLower(word)
	for _, c := range candidates {
		if len(c) > maxSuggest {
			continue
		}
		if d := distance(lower, strings.ToLower(c)); d <= limit && d < len(c) {
			best, limit = c, d-1
		}
		if limit < 0 {
			break
		}
	}
	return best
}

// distance is the number of edits between two short words, where swapping two
// neighbours is one edit.
func distance(a, b string) int {
	before, prev := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(prev[j+1]+1, row[j]+1, prev[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, prev = prev, row
	}
	return prev[len(b)]
}
