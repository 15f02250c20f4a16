package record

import (
	"crypto/rand"
	"encoding/hex"
)

import "bytes"

// Opt returns the value of what p points at, null for nil. value makes it:
//
//	record.Opt(m.Topic, record.StringValue)
func Opt[T any](p *T, value func(T) Value) Value {
	if p == nil {
		return Value{}
	}
	return value(*p)
}

// Ptr is the reverse of Opt: a pointer to what get reads, nil for null.
func Ptr[T any](v Value, get func(Value) T) *T {
	if v.IsNull() {
		return nil
	}
	t := get(v)
	return &t
}

// ListOf returns a list of the slice's elements, null for a nil slice.
func ListOf[T any](s []T, value func(T) Value) Value {
	if s == nil {
		return Value{}
	}
	list := make([]Value, len(s))
	for i, e := range s {
		list[i] = value(e)
	}
	return Value{kind: KindList, list: list}
}

// SliceOf is the reverse of ListOf: nil for null.
func SliceOf[T any](v Value, get func(Value) T) []T {
	if v.kind != KindList {
		return nil
	}
	s := make([]T, len(v.list))
	for i, e := range v.list {
		s[i] = get(e)
	}
	return s
}

// Text returns a string value as any string type, such as an enum's.
func Text[T ~string](v Value) T { return T(v.str) }

// ClonePtr returns a pointer to a copy of what p points at, nil for nil.
func ClonePtr[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// CloneJSON returns a copy of a JSON text, nil for nil.
func CloneJSON[T ~[]byte](raw T) T { return T(bytes.Clone(raw)) }

// NewUUID returns a random UUID (RFC 9562, version 4).
func NewUUID() string {
	var b [16]byte
	rand.Read(b[:]) // never fails, says its documentation
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	dst := hex.AppendEncode(make([]byte, 0, 36), b[:4])
	for _, part := range [][]byte{b[4:6], b[6:8], b[8:10], b[10:]} {
		dst = hex.AppendEncode(append(dst, '-'), part)
	}
	return string(dst)
}
