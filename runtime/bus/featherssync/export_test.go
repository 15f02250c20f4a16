package featherssync

// Parse is parseMessage.
func Parse(src []byte) (path, name string, data []byte, tag string, ok bool) {
	e, tag, ok := parseMessage(src)
	return e.path, e.name, e.data, tag, ok
}

// Append returns the message of an event.
func Append(path, name string, data []byte, tag string) []byte {
	return event{path, name, data}.appendMessage(nil, tag)
}
