package record

import "log/slog"

// A Secret is text that must not be shown, such as a password's hash. Printed,
// logged or encoded as JSON it shows nothing of itself, whatever it is part
// of; string(s) is the text.
type Secret string

const redacted = "[secret]"

// String returns a placeholder.
func (Secret) String() string { return redacted }

// GoString returns a placeholder.
func (Secret) GoString() string { return redacted }

// MarshalText returns a placeholder.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue returns a placeholder.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }
