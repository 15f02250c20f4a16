package redis

import "testing"

func TestTheStreamIsBoundedInFramesAndInBytes(t *testing.T) {
	t.Parallel()
	s := stream{length: 100_000, size: 256 << 20}
	for _, test := range []struct {
		frame int
		want  int64
	}{
		{100, 100_000},
		{64 << 10, 4096},
		{1 << 20, minLength},
	} {
		var a average
		if got := s.bound(a.load()); got != s.length {
			t.Errorf("before the first frame: %d frames, want %d", got, s.length)
		}
		for range 20 * weight {
			a.add(test.frame)
		}
		if got := s.bound(a.load()); got < test.want || got > test.want+test.want/100 {
			t.Errorf("frames of %d bytes: %d of them, want %d", test.frame, got, test.want)
		}
	}
	if got := (stream{length: 10, size: 1}).bound(1 << 20); got != 10 {
		t.Errorf("a stream of 10 frames is bounded at %d", got)
	}
}
