package engineio

import "github.com/featherscaffold/featherscaffold/runtime/internal/wsconn"

// Packet types, the first byte of a packet.
const (
	packetOpen    = '0'
	packetClose   = '1'
	packetPing    = '2'
	packetPong    = '3'
	packetMessage = '4'
	packetUpgrade = '5'
	packetNoop    = '6'
	packetBase64  = 'b' // a binary message in a text
)

// receive handles one packet that came in, whose Buffer is its own. A packet
// against the protocol ends the session. s.recv is held.
func (s *Session) receive(b *wsconn.Buffer, binary bool) {
	s.heard.Store(true)
	data := b.Bytes()
	if binary {
		s.receiveBinary(b)
		return
	}
	if len(data) > 0 && data[0] == packetMessage {
		b.Drop(1)
		s.message(b, false)
		return
	}
	defer b.Release()
	if len(data) == 0 {
		s.Close("parse error")
		return
	}
	switch data[0] {
	case packetPing:
		s.receivePing(data)
	case packetPong:
		s.receivePong()
	case packetBase64:
		s.receiveBase64(data[1:])
	case packetOpen, packetClose, packetUpgrade, packetNoop:
		// Ignored, as Node does.
	default:
		s.Close("parse error")
	}
}

// receivePing answers a client of version 3. From version 4 on it is the
// server who pings.
func (s *Session) receivePing(data []byte) {
	if !s.v3 {
		s.Close("invalid heartbeat direction")
		return
	}
	s.Send(wsconn.Text("3" + string(data[1:])))
}

func (s *Session) receivePong() {
	if s.v3 {
		s.Close("invalid heartbeat direction")
		return
	}
	s.pong()
}

func (s *Session) receiveBinary(b *wsconn.Buffer) {
	if s.v3 {
		// Version 3 has the packet type in front, as a number.
		if data := b.Bytes(); len(data) == 0 || data[0] != packetMessage-'0' {
			b.Release()
			s.Close("parse error")
			return
		}
		b.Drop(1)
	}
	s.message(b, true)
}

func (s *Session) receiveBase64(data []byte) {
	if s.v3 {
		if len(data) == 0 || data[0] != packetMessage {
			s.Close("parse error")
			return
		}
		data = data[1:]
	}
	b, err := decodeBase64(data)
	if err != nil {
		s.Close("parse error")
		return
	}
	s.message(b, true)
}

// message hands a message to the handler. s.recv is held.
func (s *Session) message(b *wsconn.Buffer, binary bool) {
	if s.closed.Load() {
		b.Release()
		return
	}
	s.handling.Store(true)
	s.handler.Message(b, binary)
	s.handling.Store(false)
}
