package wsconn

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/websocket"
)

// A Client is the other end of a connection, for tests and load generators.
// Reads and writes may each be done by one goroutine at a time.
type Client struct{ ws *websocket.Conn }

// Dial opens a websocket to a URL of the scheme ws or wss. When the server
// refuses, the error tells its status.
func Dial(ctx context.Context, url string, header http.Header) (*Client, error) {
	d := websocket.Dialer{ReadBufferSize: 1024, WriteBufferSize: 1024}
	ws, resp, err := d.DialContext(ctx, url, header)
	if err != nil {
		if resp != nil {
			return nil, errors.Join(err, errors.New(resp.Status))
		}
		return nil, err
	}
	return &Client{ws}, nil
}

// Read waits for the next message.
func (c *Client) Read() (data []byte, binary bool, err error) {
	kind, data, err := c.ws.ReadMessage()
	return data, kind == websocket.BinaryMessage, err
}

// Write sends a message.
func (c *Client) Write(data []byte, binary bool) error {
	kind := websocket.TextMessage
	if binary {
		kind = websocket.BinaryMessage
	}
	return c.ws.WriteMessage(kind, data)
}

// WriteRaw sends bytes as they are, for frames that no client should send.
func (c *Client) WriteRaw(data []byte) error {
	_, err := c.ws.NetConn().Write(data)
	return err
}

// SetDeadline bounds reads and writes from now on.
func (c *Client) SetDeadline(t time.Time) { c.ws.NetConn().SetDeadline(t) }

// SayGoodbye sends a close frame.
func (c *Client) SayGoodbye(code int) error {
	return c.ws.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, ""), time.Now().Add(time.Second))
}

// Close cuts the connection.
func (c *Client) Close() error { return c.ws.Close() }

// CloseCode returns the code of the close frame that ended a Read: 1005 for
// one without a code, 0 if err tells of no close frame.
func CloseCode(err error) int {
	var closed *websocket.CloseError
	if errors.As(err, &closed) {
		return closed.Code
	}
	return 0
}
