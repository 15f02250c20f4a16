package hub_test

import (
	"slices"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/internal/hub"
)

func TestMembersAreCalledOnceForAllTheirChannels(t *testing.T) {
	t.Parallel()
	var h hub.Hub[string]
	a, b, c := &hub.Member[string]{Value: "a"}, &hub.Member[string]{Value: "b"}, &hub.Member[string]{Value: "c"}
	h.Join(a, []string{"x", "y"})
	h.Join(b, []string{"y", "y"})
	h.Join(c, []string{"z"})
	each := func(names ...string) (called []string) {
		h.Each(names, func(v string) { called = append(called, v) })
		slices.Sort(called)
		return called
	}
	check := func(what string, got, want []string) {
		t.Helper()
		if !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", what, got, want)
		}
	}
	check("x, y and one that is none", each("x", "y", "none"), []string{"a", "b"})
	check("channels of a", h.ChannelsOf(a), []string{"x", "y"})
	h.Leave(a, []string{"y", "none"})
	check("y without a", each("y"), []string{"b"})
	h.Clear(b)
	if name, ok := h.Channel([]byte("y")); ok {
		t.Errorf("channel %s is there without members", name)
	}
	h.Join(b, []string{"x"})
	if name, ok := h.Channel([]byte("x")); !ok || name != "x" {
		t.Errorf("Channel(x) = %q, %v", name, ok)
	}
	if !h.Close(a) || h.Close(a) {
		t.Error("Close reports the first call wrongly")
	}
	h.Join(a, []string{"x"})
	check("x with a closed", each("x"), []string{"b"})
	channels := h.Channels()
	slices.Sort(channels)
	check("channels", channels, []string{"x", "z"})
}
