package record_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/record"
)

func TestSecretShowsNothingHoweverItIsPrinted(t *testing.T) {
	t.Parallel()
	user := struct {
		Name     string
		Password record.Secret
	}{"ann", "hunter2"}
	var out bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		fmt.Fprintf(&out, verb+"\n", user)
		fmt.Fprintf(&out, verb+"\n", user.Password)
	}
	encoded, err := json.Marshal(user)
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	slog.New(slog.NewTextHandler(&out, nil)).Info("text", "user", user, "password", user.Password)
	slog.New(slog.NewJSONHandler(&out, nil)).Info("json", "user", user, "password", user.Password)
	if got := out.String(); strings.Contains(got, "hunter2") || strings.Contains(got, "68756e74657232") || !strings.Contains(got, "ann") {
		t.Errorf("a secret was printed:\n%s", got)
	}
	if string(user.Password) != "hunter2" {
		t.Error("the secret's text is not to be had")
	}
}
