package reach

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"
)

// errAnswer tells of a server that is another than the URL says.
var errAnswer = errors.New("something answers there, but not as such a server")

// redis logs in, if the URL says how, and pings.
func redis(conn net.Conn, user *url.Userinfo) error {
	r := bufio.NewReaderSize(conn, 1024)
	if password, ok := user.Password(); ok {
		login := []string{"AUTH", password}
		if name := user.Username(); name != "" {
			login = []string{"AUTH", name, password}
		}
		if err := command(conn, r, "+OK", login...); err != nil {
			return err
		}
	}
	return command(conn, r, "+PONG", "PING")
}

// sentinel pings: its user is not the one in the URL.
func sentinel(conn net.Conn, _ *url.Userinfo) error {
	err := command(conn, bufio.NewReaderSize(conn, 1024), "+PONG", "PING")
	if denied := new(deniedError); errors.As(err, &denied) {
		return nil // it is there; who may ask is for the app's settings to say
	}
	return err
}

// A deniedError is what Redis says in place of an answer.
type deniedError struct{ text string }

func (e *deniedError) Error() string { return "it says " + e.text }

func command(conn net.Conn, r *bufio.Reader, want string, args ...string) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "*%d\r\n", len(args))
	for _, arg := range args {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(arg), arg)
	}
	if _, err := conn.Write(b.Bytes()); err != nil {
		return err
	}
	line, err := r.ReadSlice('\n')
	if err != nil {
		return answerError(err)
	}
	text := strings.TrimSpace(string(line))
	switch {
	case text == want:
		return nil
	case strings.HasPrefix(text, "-"):
		return &deniedError{printable(text[1:])}
	}
	return errAnswer
}

// printable bounds what is shown of a stranger's words.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, text)
	return text[:min(200, len(text))]
}

// amqp names its version and waits for connection.start.
func amqp(conn net.Conn, _ *url.Userinfo) error {
	start := [11]byte{}
	if err := talk(conn, []byte("AMQP\x00\x00\x09\x01"), start[:]); err != nil {
		return err
	}
	if start[0] != 1 || !bytes.Equal(start[7:], []byte{0, 10, 0, 10}) {
		return errAnswer
	}
	return nil
}

// postgres asks for TLS, which is answered before anybody logs in.
func postgres(conn net.Conn, _ *url.Userinfo) error {
	answer := [1]byte{}
	if err := talk(conn, []byte{0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f}, answer[:]); err != nil {
		return err
	}
	if answer[0] != 'S' && answer[0] != 'N' {
		return errAnswer
	}
	return nil
}

// mysql hears the greeting.
func mysql(conn net.Conn, _ *url.Userinfo) error {
	greeting := [5]byte{}
	if err := talk(conn, nil, greeting[:]); err != nil {
		return err
	}
	switch {
	case greeting[4] == 0xff:
		return errors.New("it refuses the connection")
	case greeting[3] != 0 || greeting[4] != 10:
		return errAnswer
	}
	return nil
}

// talk writes a hello and reads the begin of the answer.
func talk(conn net.Conn, hello, answer []byte) error {
	if _, err := conn.Write(hello); err != nil {
		return err
	}
	if _, err := io.ReadFull(conn, answer); err != nil {
		return answerError(err)
	}
	return nil
}

func answerError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, bufio.ErrBufferFull) {
		return errAnswer
	}
	return err
}
