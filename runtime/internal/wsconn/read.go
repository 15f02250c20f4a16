package wsconn

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"time"
	"unicode/utf8"
)

// Opcodes of RFC 6455, section 5.2.
const (
	opContinue = 0x0
	opText     = 0x1
	opBinary   = 0x2
	opClose    = 0x8
	opPing     = 0x9
	opPong     = 0xa
)

// inputSize is the size of a connection's own read buffer. It holds headers,
// control frames and short messages; longer ones are read past it, into a
// Buffer that is there only while it is needed.
const inputSize = 256

// input is what was read and not used yet.
type input struct {
	data       [inputSize]byte
	start, end int
}

// A header is that of one incoming frame.
type header struct {
	final  bool
	opcode byte
	length int
	mask   [4]byte
}

func (h *header) control() bool { return h.opcode >= opClose }

var errProtocol = errors.New("broken websocket protocol")

// Read waits for the next message. The caller owns the Buffer. After an error
// the connection is of no use but for Finish.
//
// A message above the limit is ErrTooLarge, text that is not UTF-8 ErrText;
// the client was told by the close codes 1009 and 1007. Other errors are the
// network's, or tell of a broken protocol (1002) or a close frame.
func (c *Conn) Read() (msg *Buffer, binary bool, err error) {
	msg, binary, err = c.readMessage()
	if err != nil && msg != nil {
		msg.Release()
		msg = nil
	}
	switch {
	case errors.Is(err, errProtocol):
		c.refuse(BadProtocol)
	case errors.Is(err, ErrTooLarge):
		c.refuse(TooLarge)
	case errors.Is(err, ErrText):
		c.refuse(BadText)
	}
	return msg, binary, err
}

// readMessage reads frames until a message is complete. On error it may have
// begun a Buffer.
func (c *Conn) readMessage() (msg *Buffer, binary bool, err error) {
	for {
		h, err := c.readHeader()
		switch {
		case err != nil:
			return msg, binary, err
		case h.control():
			if err := c.readControl(&h); err != nil {
				return msg, binary, err
			}
			continue
		case (h.opcode == opContinue) == (msg == nil):
			return msg, binary, errProtocol
		case msg == nil:
			msg, binary = NewBuffer(), h.opcode == opBinary
		}
		if h.length > c.limit-len(msg.data) {
			return msg, binary, ErrTooLarge
		}
		if err := c.readPayload(msg, &h); err != nil {
			return msg, binary, err
		}
		if !h.final {
			continue
		}
		if !binary && !utf8.Valid(msg.data) {
			err = ErrText
		}
		return msg, binary, err
	}
}

// readHeader reads and checks a frame's header.
func (c *Conn) readHeader() (h header, err error) {
	p, err := c.take(2)
	if err != nil {
		return h, err
	}
	h.final, h.opcode = p[0]&0x80 != 0, p[0]&0x0f
	length := uint64(p[1] & 0x7f)
	reserved, masked := p[0]&0x70 != 0, p[1]&0x80 != 0
	known := h.opcode <= opBinary || h.opcode >= opClose && h.opcode <= opPong
	if reserved || !masked || !known || h.control() && (!h.final || length > 125) {
		return h, errProtocol
	}
	switch length {
	case 126:
		if p, err = c.take(2); err == nil {
			length = uint64(binary.BigEndian.Uint16(p))
		}
	case 127:
		if p, err = c.take(8); err == nil {
			length = binary.BigEndian.Uint64(p)
		}
	}
	if err != nil {
		return h, err
	}
	if length > uint64(max(c.limit, 125)) {
		return h, ErrTooLarge
	}
	h.length = int(length)
	p, err = c.take(4)
	if err == nil {
		copy(h.mask[:], p)
	}
	return h, err
}

// take returns the next n bytes, which are few. They are valid until the next
// read.
func (c *Conn) take(n int) ([]byte, error) {
	in := &c.in
	for in.end-in.start < n {
		if in.start > 0 {
			in.end = copy(in.data[:], in.data[in.start:in.end])
			in.start = 0
		}
		got, err := c.net.Read(in.data[in.end:])
		in.end += got
		if err != nil && in.end-in.start < n {
			return nil, err
		}
	}
	in.start += n
	return in.data[in.start-n : in.start], nil
}

// readPayload appends a frame's payload to msg. The Buffer grows with what
// comes in, not with what the header promises.
func (c *Conn) readPayload(msg *Buffer, h *header) error {
	start, left := len(msg.data), h.length
	in := &c.in
	n := min(left, in.end-in.start)
	msg.data = append(msg.data, in.data[in.start:in.start+n]...)
	in.start += n
	for left -= n; left > 0; left -= n {
		if len(msg.data) == cap(msg.data) {
			msg.data = append(msg.data, 0)[:len(msg.data)]
		}
		var err error
		n, err = c.net.Read(msg.data[len(msg.data):min(cap(msg.data), len(msg.data)+left)])
		msg.data = msg.data[:len(msg.data)+n]
		if err != nil && n < left {
			return err
		}
	}
	unmask(msg.data[start:], h.mask)
	return nil
}

// unmask takes the client's mask off (RFC 6455, section 5.3).
func unmask(p []byte, mask [4]byte) {
	word := uint64(binary.LittleEndian.Uint32(mask[:]))
	word |= word << 32
	for len(p) >= 8 {
		binary.LittleEndian.PutUint64(p, binary.LittleEndian.Uint64(p)^word)
		p = p[8:]
	}
	for i := range p {
		p[i] ^= mask[i&3]
	}
}

// readControl reads and answers a control frame. A close frame is an error.
func (c *Conn) readControl(h *header) error {
	p, err := c.take(h.length)
	if err != nil {
		return err
	}
	unmask(p, h.mask)
	switch h.opcode {
	case opPing:
		// A client that pings without reading fills its queue and is dropped.
		if err := c.Send(control(headPong, string(p))); !errors.Is(err, ErrClosed) {
			return err
		}
	case opClose:
		return c.readClose(p)
	}
	return nil
}

// readClose answers a close frame with its own code.
func (c *Conn) readClose(p []byte) error {
	code := NoStatus
	switch {
	case len(p) == 0:
	case len(p) == 1, !utf8.Valid(p[2:]):
		return errProtocol
	default:
		if code = int(binary.BigEndian.Uint16(p)); !sendable(code) {
			return errProtocol
		}
	}
	c.Close(code, "")
	return fmt.Errorf("closed by the client with code %d", code)
}

// sendable reports whether a close frame may hold the code.
func sendable(code int) bool {
	return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006) || code >= 3000 && code <= 4999
}

// refuse tells a client what it did wrong. It may be still sending.
func (c *Conn) refuse(code int) {
	c.Close(code, "")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.linger = true
}

// SetReadTimeout bounds until when Read waits; 0 takes the bound away.
func (c *Conn) SetReadTimeout(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return // Close set the bound
	}
	var t time.Time
	if d > 0 {
		t = time.Now().Add(d)
	}
	c.net.SetReadDeadline(t) // an error shows at the next Read
}

// drain reads what the client is still sending, for a while. Closing a socket
// with unread data resets it, and the client might lose the close frame.
func (c *Conn) drain() {
	if half, ok := c.net.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		c.net.SetReadDeadline(time.Now().Add(closeWait))
		io.CopyN(io.Discard, c.net, drainLimit) // how it ends does not matter
	}
}
