//go:build linux || darwin

package handoff

import (
	"bytes"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// The talk between the two: the taker says that it takes, the giver sends the
// socket with the length of what it read, and then that.
const taking = 1

// wait bounds each step of a hand-over.
const wait = 2 * time.Second

// maxHead bounds what was read of the connection before.
const maxHead = 1 << 20

// Give hands the connection of a request, whose body was not read yet, to the
// Listener at path. It reports false, with the request untouched, when nobody
// takes it there or the connection can not be handed over. After true the
// request is somebody else's: the handler has to return.
func Give(path string, w http.ResponseWriter, r *http.Request) bool {
	if r.TLS != nil || r.ProtoMajor != 1 {
		return false
	}
	to, err := net.DialTimeout("unix", path, wait)
	if err != nil {
		return false
	}
	defer to.Close()
	_ = to.SetDeadline(time.Now().Add(wait))
	var said [1]byte
	if _, err := io.ReadFull(to, said[:]); err != nil || said[0] != taking {
		return false
	}
	client, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return false
	}
	defer client.Close()
	head := appendHead(nil, r)
	early, _ := buffered.Reader.Peek(buffered.Reader.Buffered())
	send(to.(*net.UnixConn), client, append(head, early...))
	return true
}

// send can not tell the client if it fails: the connection is then closed.
func send(to *net.UnixConn, client net.Conn, head []byte) {
	raw, ok := client.(syscall.Conn)
	if !ok {
		return
	}
	rc, err := raw.SyscallConn()
	if err != nil {
		return
	}
	// Not File().Fd(): it would make the socket a blocking one.
	err = rc.Control(func(fd uintptr) {
		length := binary.BigEndian.AppendUint32(nil, uint32(len(head)))
		_, _, err = to.WriteMsgUnix(length, syscall.UnixRights(int(fd)), nil)
	})
	if err == nil {
		_, _ = to.Write(head)
	}
}

// appendHead writes a request's head as it came. net/http takes some fields
// out of the header.
func appendHead(dst []byte, r *http.Request) []byte {
	b := bytes.NewBuffer(dst)
	b.WriteString(r.Method + " " + r.RequestURI + " " + r.Proto + "\r\nHost: " + r.Host + "\r\n")
	_ = r.Header.Write(b)
	if len(r.TransferEncoding) > 0 {
		b.WriteString("Transfer-Encoding: " + strings.Join(r.TransferEncoding, ", ") + "\r\n")
	}
	b.WriteString("\r\n")
	return b.Bytes()
}
