package socketio

// A Packet is what ParsePacket read.
type Packet struct {
	Kind        byte
	Attachments int
	Namespace   string
	ID          uint64
	HasID       bool
	Data        string
}

// ParsePacket is parsePacket.
func ParsePacket(src []byte) (Packet, error) {
	p, err := parsePacket(src)
	return Packet{p.kind, p.attachments, string(p.namespace), p.id, p.hasID, string(p.data)}, err
}
