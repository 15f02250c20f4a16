package jsonio_test

import (
	"bytes"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

// The wanted texts are what JSON.stringify prints.
func TestAppendFloat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f    float64
		want string
	}{
		{0, "0"},
		{math.Copysign(0, -1), "0"},
		{1, "1"},
		{-1.5, "-1.5"},
		{0.30000000000000004, "0.30000000000000004"},
		{1e-6, "0.000001"},
		{1e-7, "1e-7"},
		{-1.25e-7, "-1.25e-7"},
		{9.99e-7, "9.99e-7"},
		{123456789012345680000, "123456789012345680000"},
		{1e20, "100000000000000000000"},
		{1e21, "1e+21"},
		{-1.5e21, "-1.5e+21"},
		{1e100, "1e+100"},
		{1e-10, "1e-10"},
		{1e-100, "1e-100"},
		{9007199254740993, "9007199254740992"},
		{5e-324, "5e-324"},
		{math.MaxFloat64, "1.7976931348623157e+308"},
		{math.NaN(), "null"},
		{math.Inf(1), "null"},
		{math.Inf(-1), "null"},
	} {
		if got := string(jsonio.AppendFloat([]byte("x"), c.f)); got != "x"+c.want {
			t.Errorf("AppendFloat(x, %g) = %s, want x%s", c.f, got, c.want)
		}
	}
}

func TestAppendString(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"":                         `""`,
		"a\"b\\c/d":                `"a\"b\\c/d"`,
		"\b\f\n\r\t\x00\x1f":       `"\b\f\n\r\t\u0000\u001f"`,
		"\x7f<>&\u2028é\U0001F600": "\"\x7f<>&\u2028é\U0001F600\"",
		"a\xffb\xc3":               "\"a\ufffdb\ufffd\"",
		"\ufffd":                   "\"\ufffd\"",
		"\xed\xa0\x80":             "\"\ufffd\ufffd\ufffd\"", // a surrogate
	} {
		if got := string(jsonio.AppendString(nil, s)); got != want {
			t.Errorf("AppendString(%q) = %s, want %s", s, got, want)
		}
		if got := string(jsonio.AppendString(nil, []byte(s))); got != want {
			t.Errorf("AppendString([]byte(%q)) = %s, want %s", s, got, want)
		}
	}
}

func TestAppendTime(t *testing.T) {
	t.Parallel()
	at := time.Date(2024, 2, 29, 1, 2, 3, 4_999_999, time.FixedZone("", 2*3600))
	if got, want := string(jsonio.AppendTime(nil, at)), `"2024-02-28T23:02:03.004Z"`; got != want {
		t.Errorf("AppendTime = %s, want %s", got, want)
	}
}

func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "plain", "q\"\\\n\x00", "é\u2028\U0001F600", "\xff\xc3\x28", strings.Repeat("\x1f", 40)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := jsonio.AppendString(nil, s)
		if !json.Valid(got) || !utf8.Valid(got) {
			t.Fatalf("AppendString(%q) = %q, want valid JSON", s, got)
		}
		var back, want string
		encoded, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(encoded, &want); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(got, &back); err != nil || back != want {
			t.Fatalf("AppendString(%q) reads as %q, %v, want %q", s, back, err, want)
		}
		if other := jsonio.AppendString(nil, []byte(s)); !bytes.Equal(got, other) {
			t.Fatalf("AppendString([]byte(%q)) = %q, want %q as for the string", s, other, got)
		}
	})
}

func FuzzAppendFloat(f *testing.F) {
	for _, seed := range []float64{0, 1, -1.5, 1e-7, 1e21, math.MaxFloat64, 5e-324} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, n float64) {
		got := jsonio.AppendFloat(nil, n)
		want, err := json.Marshal(n)
		if err != nil {
			want = []byte("null")
		}
		if n == 0 {
			want = []byte("0") // encoding/json keeps the sign of -0, JSON.stringify does not
		}
		if !bytes.Equal(got, want) {
			t.Fatalf("AppendFloat(%g) = %s, want %s", n, got, want)
		}
	})
}
