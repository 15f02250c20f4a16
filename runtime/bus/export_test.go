package bus

import (
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/internal/reconnect"
)

// A Frame is a frame with its messages apart.
type Frame struct {
	Flags    byte
	Origin   [8]byte
	First    uint64
	Messages [][]byte
}

// Flags that tests need.
const (
	Probe  = probe
	Answer = answer
)

// Encode returns the frame as it goes over the broker, signed if there is a key.
func (f *Frame) Encode(key []byte, prefix string) []byte {
	s := newSeal(key, prefix)
	head := frame{flags: f.Flags | s.flag(), origin: f.Origin, first: f.First, count: uint64(len(f.Messages))}
	raw := head.appendHead(nil)
	for _, msg := range f.Messages {
		raw = appendMessage(raw, msg)
	}
	return s.append(raw)
}

// ParseFrame is parseFrame, with the messages apart.
func ParseFrame(raw []byte) (f Frame, err error) {
	parsed, err := parseFrame(raw)
	if err != nil {
		return f, err
	}
	f = Frame{Flags: parsed.flags, Origin: parsed.origin, First: parsed.first}
	for range parsed.count {
		f.Messages = append(f.Messages, parsed.next())
	}
	return f, nil
}

// ParseAnswer is parseAnswer.
func ParseAnswer(msg []byte) (p Process, ok bool) {
	_, p, ok = parseAnswer(msg)
	return p, ok
}

// Limits that tests need.
const (
	MaxOrigins    = maxOrigins
	MaxControl    = maxControl
	BatchMessages = batchMessages
	BatchBytes    = batchBytes
	RetainFor     = retainFor
	RetainBytes   = retainBytes
	ReadyWait     = readyWait
	FirstWait     = reconnect.MinPause + reconnect.MinPause/4
	LongestWait   = reconnect.MaxPause + reconnect.MaxPause/4
	TailWait      = tailWait + 10*time.Millisecond
)
