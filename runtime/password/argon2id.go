package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

// What a new hash costs: the least that OWASP recommends, some 20 ms and
// 19 MiB a password.
const (
	argonMemory  = 19 << 10 // KiB
	argonPasses  = 2
	argonThreads = 1
	argonSalt    = 16 // bytes
	argonKey     = 32 // bytes
)

// What a stored hash may cost, with room for stricter settings than ours.
const (
	maxArgonText    = 256
	maxArgonMemory  = 256 << 10 // KiB
	maxArgonPasses  = 16
	maxArgonThreads = 16
	maxArgonWork    = 1 << 20 // KiB, in all passes: about a second
)

// An argonHash is what a hash in PHC form says.
type argonHash struct {
	memory    uint32 // KiB
	passes    uint32
	threads   uint8
	salt, key []byte
}

func hashArgon2id(plain string) string {
	h := newArgonHash()
	_, _ = rand.Read(h.salt) // never fails: it ends the process instead
	h.key = h.derive(plain)
	return h.text()
}

// newArgonHash returns a hash of our own cost, of nothing yet.
func newArgonHash() *argonHash {
	return &argonHash{argonMemory, argonPasses, argonThreads, make([]byte, argonSalt), make([]byte, argonKey)}
}

func (h *argonHash) derive(plain string) []byte {
	return argon2.IDKey([]byte(plain), h.salt, h.passes, h.memory, h.threads, uint32(len(h.key)))
}

func (h *argonHash) matches(plain string) bool {
	return subtle.ConstantTimeCompare(h.derive(plain), h.key) == 1
}

func (h *argonHash) text() string {
	return fmt.Sprintf("%sv=%d$m=%d,t=%d,p=%d$%s$%s", argonPrefix, argon2.Version, h.memory, h.passes, h.threads,
		base64.RawStdEncoding.EncodeToString(h.salt), base64.RawStdEncoding.EncodeToString(h.key))
}

// parseArgon2id reads a hash. It refuses those that would cost too much to
// compare with, and those that are too short to mean something.
func parseArgon2id(text string) (*argonHash, bool) {
	if len(text) > maxArgonText {
		return nil, false
	}
	parts := strings.Split(strings.TrimPrefix(text, argonPrefix), "$")
	if len(parts) != 4 || parts[0] != "v="+strconv.Itoa(argon2.Version) {
		return nil, false
	}
	costs := strings.Split(parts[1], ",")
	if len(costs) != 3 {
		return nil, false
	}
	memory := cost32(costs[0], "m=", maxArgonMemory)
	passes := cost32(costs[1], "t=", maxArgonPasses)
	threads := cost32(costs[2], "p=", maxArgonThreads)
	if passes == 0 || threads == 0 || memory < 8*threads || memory*passes > maxArgonWork {
		return nil, false
	}
	h := &argonHash{memory: memory, passes: passes, threads: uint8(threads)}
	var err, err2 error
	h.salt, err = base64.RawStdEncoding.DecodeString(parts[2])
	h.key, err2 = base64.RawStdEncoding.DecodeString(parts[3])
	if err != nil || err2 != nil || len(h.salt) < 8 || len(h.key) < 16 {
		return nil, false
	}
	return h, h.text() == text // numbers and base64 have other spellings too
}

// cost32 reads a cost from 1 to most, and returns 0 for anything else.
func cost32(text, name string, most uint32) uint32 {
	digits, ok := strings.CutPrefix(text, name)
	n, err := strconv.ParseUint(digits, 10, 32)
	if !ok || err != nil || n > uint64(most) {
		return 0
	}
	return uint32(n)
}
