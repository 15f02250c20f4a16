package record

import (
	"fmt"
	"io"
	"log/slog"
)

// A Secret is text that must not be shown, such as a password's hash. Printed,
// logged or encoded as JSON it shows nothing of itself, whatever it is part
// of; string(s) is the text.
type Secret string

const redacted = "[secret]"

// String returns a placeholder.
func (Secret) String() string { return redacted }

// Format prints a placeholder for every verb of package fmt, wrong ones too.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// MarshalText returns a placeholder.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns a placeholder.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
