// Package index finds values by keys, of which each may have several.
package index

import (
	"maps"
	"slices"
	"sync"
)

// An Index has sets of values, each under a key. The zero value is empty. Its
// methods may be called from any goroutine.
type Index[K, V comparable] struct {
	mu   sync.Mutex
	sets map[K]map[V]struct{}
}

// Move enters a value under the keys of to, and takes it out from under those
// of from that are not among them.
func (x *Index[K, V]) Move(v V, from, to []K) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(v, from, to)
	if x.sets == nil {
		x.sets = map[K]map[V]struct{}{}
	}
	for _, key := range to {
		if x.sets[key] == nil {
			x.sets[key] = map[V]struct{}{}
		}
		x.sets[key][v] = struct{}{}
	}
}

// Leave takes a value out from under keys, but for those to keep.
func (x *Index[K, V]) Leave(v V, keys, keep []K) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.drop(v, keys, keep)
}

func (x *Index[K, V]) drop(v V, keys, keep []K) {
	for _, key := range keys {
		if slices.Contains(keep, key) {
			continue
		}
		delete(x.sets[key], v)
		if len(x.sets[key]) == 0 {
			delete(x.sets, key)
		}
	}
}

// Of returns the values under a key, in no order.
func (x *Index[K, V]) Of(key K) []V {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Collect(maps.Keys(x.sets[key]))
}

// All returns all values, each once and in no order.
func (x *Index[K, V]) All() []V {
	x.mu.Lock()
	defer x.mu.Unlock()
	all := map[V]struct{}{}
	for _, set := range x.sets {
		maps.Copy(all, set)
	}
	return slices.Collect(maps.Keys(all))
}
