package dotenv_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/generator/dotenv"
)

func TestParse(t *testing.T) {
	t.Parallel()
	got, err := dotenv.Parse([]byte("# settings\n\nPORT=3030\r\nexport HOST=0.0.0.0 # all\nEMPTY=\n  A_1='a $b # c'\"d \\\"e\\\" \\n\"\\;f\nPORT=0\n"))
	want := []dotenv.Setting{
		{"PORT", "3030", 3}, {"HOST", "0.0.0.0", 4}, {"EMPTY", "", 5}, {"A_1", `a $b # cd "e" \n;f`, 6}, {"PORT", "0", 7},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Parse = %+v, %v\nwant %+v", got, err, want)
	}
}

func TestMistakesAreNamedByLine(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"what":             "line 1: want NAME=value",
		"A=1\nB =2":        "line 2: want NAME=value",
		"2FA=1":            "line 1: want NAME=value",
		"KEY=secret word":  "line 1: KEY: a shell takes",
		"KEY=$HOME":        "line 1: KEY: a shell takes",
		"KEY=\"`secret`\"": "line 1: KEY: a shell takes",
		"KEY='secret":      "line 1: KEY: the quote is not closed",
		"KEY=\"secret\\":   "line 1: KEY: the quote is not closed",
		"KEY=secret\\":     "line 1: KEY: the quote is not closed",
	} {
		_, err := dotenv.Parse([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("Parse(%q): error %v, want %q in it", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "secret") {
			t.Errorf("Parse(%q): the error tells the value: %v", text, err)
		}
	}
}

// FuzzParse holds what is parsed against what a shell makes of it.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"A=1", "A='a b'\"c\\\\\"d", "export A=x # y", "A=a\\ b", "A='", "A=\"$x\"", "A=1#2"} {
		f.Add(seed)
	}
	shell, err := exec.LookPath("sh")
	if err != nil {
		f.Skip("there is no shell")
	}
	f.Fuzz(func(t *testing.T, text string) {
		list, err := dotenv.Parse([]byte(text))
		// A shell expands ~ and knows bytes beyond; neither is in settings.
		if err != nil || len(list) != 1 || list[0].Name != "A" || strings.ContainsAny(text, "~\x00\r\v\f") || strings.Contains(text, "\n") {
			return
		}
		cmd := exec.CommandContext(t.Context(), shell, "-c", text+"\nprintf %s \"$A\"")
		cmd.Env = []string{"LC_ALL=C"}
		out, err := cmd.Output()
		if err != nil || string(out) != list[0].Value {
			t.Errorf("Parse(%q) = %q, a shell has %q, %v", text, list[0].Value, out, err)
		}
	})
}
