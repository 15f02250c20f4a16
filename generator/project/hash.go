package project

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
)

// Hash returns the hash by which the lock knows a file's content. Text has the
// same hash with LF and with CRLF line ends, so that a checkout by git on
// Windows is no edit.
func Hash(data []byte) string {
	sum := sha256.Sum256(canonical(data))
	return hex.EncodeToString(sum[:16])
}

// hashOf is Hash for what read returns: "" where there is no file.
func hashOf(data []byte) string {
	if data == nil {
		return ""
	}
	return Hash(data)
}

func canonical(data []byte) []byte {
	if bytes.IndexByte(data, '\r') < 0 || bytes.IndexByte(data, 0) >= 0 {
		return data
	}
	return bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
}

// isHash reports whether s may be a result of Hash; what is read from the lock
// becomes part of file names.
func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 16
}
