package jsonio_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/jsonio"
)

func read(src string) *jsonio.Reader {
	r := jsonio.NewReader([]byte(src))
	return &r
}

func TestReaderWalksADocument(t *testing.T) {
	t.Parallel()
	r := read(" {\"a\" : [1, -2.5e1 , \"x\\n\"], \"b\":{}, \"\\u0063\":true,\"d\":null, \"e\": {\"f\":[[]]} } ")
	var got []string
	r.Object()
	for key, ok := r.Key(); ok; key, ok = r.Key() {
		got = append(got, string(key)+"="+r.Kind().String())
		if string(key) != "a" {
			got = append(got, string(r.Raw()))
			continue
		}
		r.Array()
		n, isInt := r.Next(), false
		var first int64
		if first, isInt = r.Int(); !n || !isInt || first != 1 {
			t.Errorf("first element = %d, %t", first, isInt)
		}
		if r.Next(); r.Float() != -25 {
			t.Error("second element is not -25")
		}
		if r.Next(); r.Text() != "x\n" {
			t.Error("third element is not x and a line feed")
		}
		if r.Next() {
			t.Error("Next = true behind the last element")
		}
	}
	if err := r.End(); err != nil {
		t.Fatal(err)
	}
	want := `a=array b=object {} c=boolean true d=null null e=object {"f":[[]]}`
	if got := strings.Join(got, " "); got != want {
		t.Errorf("walk = %s, want %s", got, want)
	}
}

func TestReaderRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src    string
		offset int
		reason string
	}{
		{"", 0, "expected a value"},
		{" \n", 2, "expected a value"},
		{"\u00a01", 0, "expected a value"},
		{"\ufeff1", 0, "expected a value"},
		{"nul", 0, "expected a value"},
		{"truE", 0, "expected true or false"},
		{"undefined", 0, "expected a value"},
		{"NaN", 0, "expected a value"},
		{"1 2", 2, "unexpected data after the value"},
		{"01", 1, "unexpected data after the value"},
		{"-", 1, "expected a number"},
		{"+1", 0, "expected a value"},
		{".5", 0, "expected a value"},
		{"1.", 2, "expected a digit behind the point"},
		{"1e+", 3, "expected a digit in the exponent"},
		{"[", 1, "unexpected end"},
		{"[1", 2, "unexpected end"},
		{"[1,]", 3, "expected a value"},
		{"[,1]", 1, "expected a value"},
		{"[1 2]", 3, "expected a comma"},
		{"[1}", 2, "expected a comma"},
		{"]", 0, "expected a value"},
		{`{"a"}`, 4, "expected a colon"},
		{`{"a":}`, 5, "expected a value"},
		{`{"a":1,}`, 7, "expected a string"},
		{`{"a":1]`, 6, "expected a comma"},
		{`{a:1}`, 1, "expected a string"},
		{`{"a`, 3, "unexpected end in a string"},
		{`{"a"`, 4, "expected a colon"},
		{`'a'`, 0, "expected a value"},
		{"\"a\nb\"", 2, "control character in a string"},
		{"\"\\n\nb\"", 3, "control character in a string"},
		{`"\x"`, 2, "invalid escape"},
		{`"\`, 2, "invalid escape"},
		{`"\n`, 3, "unexpected end in a string"},
		{`"\u12"`, 3, "unexpected end in an escape"},
		{`"\u12G4"`, 3, `invalid \u escape`},
		{`"\u+123"`, 3, `invalid \u escape`},
		{`"\ud800\uZZZZ"`, 9, `invalid \u escape`},
		{"\"\xff\"", 3, "invalid UTF-8 in a string"},
		{"\"\\n\xff\"", 5, "invalid UTF-8 in a string"},
		{"[1]//", 3, "unexpected data after the value"},
	} {
		r := read(c.src)
		r.Skip()
		err := r.End()
		var syntax *jsonio.SyntaxError
		if !errors.As(err, &syntax) || syntax.Offset != c.offset || syntax.Reason != c.reason {
			t.Errorf("Skip of %q: error = %v, want %q at offset %d", c.src, err, c.reason, c.offset)
		}
	}
}

func TestReaderErrorSticks(t *testing.T) {
	t.Parallel()
	r := read(`{"a":x,"b":1}`)
	r.Object()
	r.Key()
	r.Skip()
	first := r.Err()
	if first == nil {
		t.Fatal("Err = nil behind a malformed value")
	}
	if _, ok := r.Key(); ok || r.Next() || r.Object() || r.Array() || r.Bool() || r.Null() || r.Text() != "" || r.Float() != 0 || r.Raw() != nil || r.Kind() != jsonio.Invalid {
		t.Error("a reader goes on behind its error")
	}
	if _, ok := r.Int(); ok {
		t.Error("a reader reads an integer behind its error")
	}
	if err := r.End(); err != first {
		t.Errorf("End = %v, want the first error %v", err, first)
	}
	const want = "invalid JSON at offset 5: expected a value"
	if first.Error() != want {
		t.Errorf("Error = %q, want %q", first.Error(), want)
	}
}

func TestReaderRefusesAnotherKind(t *testing.T) {
	t.Parallel()
	for name, reads := range map[string]func(*jsonio.Reader){
		"Object": func(r *jsonio.Reader) { r.Object() },
		"Array":  func(r *jsonio.Reader) { r.Array() },
		"Bool":   func(r *jsonio.Reader) { r.Bool() },
		"Float":  func(r *jsonio.Reader) { r.Float() },
		"Int":    func(r *jsonio.Reader) { r.Int() },
	} {
		r := read(`"x"`)
		if reads(r); r.Err() == nil {
			t.Errorf("%s of a string: Err = nil", name)
		}
	}
	if r := read(`1`); r.Text() != "" || r.Err() == nil {
		t.Error("Text of a number: Err = nil")
	}
	if r := read(`1`); r.Null() || r.Err() != nil || r.Float() != 1 {
		t.Error("Null of a number does not leave it to be read")
	}
}

func TestReaderBoundsDepth(t *testing.T) {
	t.Parallel()
	nested := func(n int) string { return strings.Repeat(`[{"a":`, n/2) + "1" + strings.Repeat(`}]`, n/2) }
	r := read(nested(jsonio.MaxDepth))
	if r.Skip(); r.End() != nil {
		t.Errorf("Skip of %d levels: %v", jsonio.MaxDepth, r.Err())
	}
	for _, src := range []string{nested(jsonio.MaxDepth + 2), strings.Repeat("[", 1e6), strings.Repeat(`{"":`, 1e6)} {
		r := read(src)
		if r.Skip(); !errors.Is(r.End(), jsonio.ErrDepth) {
			t.Errorf("Skip of %.10s…: error = %v, want ErrDepth", src, r.Err())
		}
	}
	wide := "[" + strings.Repeat("[],", 1000) + "[]]"
	if r := read(wide); string(r.Raw()) != wide || r.End() != nil {
		t.Errorf("Raw of 1000 arrays side by side: %v", r.Err())
	}
}

func TestReaderStrings(t *testing.T) {
	t.Parallel()
	for src, want := range map[string]string{
		`""`:                       "",
		`"é\u00e9\/\"\\"`:          "éé/\"\\",
		`"\b\f\n\r\t"`:             "\b\f\n\r\t",
		`"\ud83d\ude00"`:           "\U0001F600",
		`"\uD83D\uDE00"`:           "\U0001F600",
		`"\ud83d"`:                 "\ufffd",
		`"\ud83dx"`:                "\ufffdx",
		`"\ud83d\n"`:               "\ufffd\n",
		`"\ud83d\u0041"`:           "\ufffdA",
		`"\ud83d\ud83d\ude00"`:     "\ufffd\U0001F600",
		`"\ude00"`:                 "\ufffd",
		`"\u0000"`:                 "\x00",
		"\"\x7f\u2028\U0001F600\"": "\x7f\u2028\U0001F600",
	} {
		r := read(src)
		if got := r.Text(); got != want || r.End() != nil {
			t.Errorf("Text of %s = %q, %v, want %q", src, got, r.Err(), want)
		}
	}
}

func TestReaderBytesShareMemoryWithTheInput(t *testing.T) {
	t.Parallel()
	src := []byte(`"abc"`)
	r := jsonio.NewReader(src)
	got := r.Bytes()
	src[1] = 'x'
	if string(got) != "xbc" {
		t.Errorf("Bytes = %s after a change of the input, want xbc", got)
	}
}

func TestReaderNumbers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src   string
		float float64
		whole bool
		n     int64
	}{
		{"0", 0, true, 0},
		{"-0", 0, true, 0},
		{"-0.0", 0, true, 0},
		{"1.0", 1, true, 1},
		{"1e3", 1000, true, 1000},
		{"120E-1", 12, true, 12},
		{"1.5", 1.5, false, 0},
		{"9007199254740993", 9007199254740992, true, 9007199254740993},
		{"9223372036854775807", 1 << 63, true, math.MaxInt64},
		{"-9223372036854775808", -1 << 63, true, math.MinInt64},
		{"9223372036854775808", 1 << 63, false, 0},
		{"1e300", 1e300, false, 0},
		{"1e-400", 0, true, 0},
	} {
		if r := read(c.src); r.Float() != c.float || r.End() != nil {
			t.Errorf("Float of %s: want %g, %v", c.src, c.float, r.Err())
		}
		r := read(c.src)
		if n, ok := r.Int(); n != c.n || ok != c.whole || r.End() != nil {
			t.Errorf("Int of %s = %d, %t, %v, want %d, %t", c.src, n, ok, r.Err(), c.n, c.whole)
		}
	}
	if r := read("1e400"); r.Float() != 0 || r.Err() == nil {
		t.Error("Float of 1e400: Err = nil, want out of range")
	}
	r := read("1e400")
	if r.Skip(); r.End() != nil {
		t.Errorf("Skip of 1e400, which is valid JSON: %v", r.Err())
	}
}

func TestReaderOffset(t *testing.T) {
	t.Parallel()
	r := read(`[1, 22]`)
	r.Array()
	r.Next()
	r.Skip()
	r.Next()
	if r.Skip(); r.Offset() != 6 {
		t.Errorf("Offset = %d, want 6", r.Offset())
	}
}
