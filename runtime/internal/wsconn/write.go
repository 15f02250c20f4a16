package wsconn

import (
	"bytes"
	"sync"
	"time"
)

// joinSize is how much is joined into one write.
const joinSize = 32 << 10

// drainLimit is how much is read from a client that was told to close.
const drainLimit = 8 << 20

var joins = sync.Pool{New: func() any { b := make([]byte, 0, joinSize); return &b }}

// Send queues a frame and returns at once. It returns ErrFull when the client
// does not keep up: the frame is dropped, and the caller should Abort.
func (c *Conn) Send(frame []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return ErrClosed
	}
	if !c.queue.Fits(len(frame)) {
		return ErrFull
	}
	c.queue.Put(frame)
	c.start()
	return nil
}

// Write sends a frame behind those that are queued. It waits for room in the
// queue and may wait for the network. The frame is the caller's again when it
// returns.
func (c *Conn) Write(frame []byte) error {
	c.mu.Lock()
	for (c.writing || c.held) && !c.closing {
		if c.queue.Fits(len(frame)) {
			c.queue.Put(bytes.Clone(frame))
			c.mu.Unlock()
			return nil
		}
		space := c.queue.Space()
		c.mu.Unlock()
		<-space
		c.mu.Lock()
	}
	if c.closing {
		c.mu.Unlock()
		return ErrClosed
	}
	c.writing, c.began = true, time.Now().UnixNano()
	c.mu.Unlock()
	_, err := c.net.Write(frame)
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.fail()
	}
	c.stop()
	return err
}

// Hold keeps what is queued from being written until Resume.
func (c *Conn) Hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = true
}

// Resume ends Hold.
func (c *Conn) Resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = false
	if !c.queue.Empty() {
		c.start()
	}
}

// Take moves all that q holds to the connection's own queue, beyond its limit
// if need be.
func (c *Conn) Take(q *Queue) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		q.Clear()
	}
	for !q.Empty() {
		c.queue.Put(q.Next())
		c.start()
	}
}

// Close sends a close frame behind what is queued and ends the connection
// when the client answered it, or did not in time. It does not wait.
func (c *Conn) Close(code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing {
		return
	}
	c.closing = true
	c.queue.Put(closeFrame(code, reason))
	c.start()
	c.net.SetDeadline(time.Now().Add(closeWait)) // wakes reader and writer at the latest then
}

// Abort ends the connection without a close frame. It does not wait.
func (c *Conn) Abort() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fail()
}

// Finish releases the connection after Read returned an error. It waits until
// nobody writes any more.
func (c *Conn) Finish() {
	c.mu.Lock()
	if !c.closing {
		c.fail() // the network failed: there is nobody to write to
	}
	if c.writing {
		c.idle = make(chan struct{})
		idle := c.idle
		c.mu.Unlock()
		<-idle
		c.mu.Lock()
	}
	linger := c.linger
	c.mu.Unlock()
	if linger {
		c.drain()
	}
	c.net.Close()
}

// start has what is queued written, unless it is already or must not be.
// c.mu is held.
func (c *Conn) start() {
	if !c.writing && !c.held {
		c.writing = true
		c.dispatch()
	}
}

// dispatch finds a writer for what is queued. c.mu is held.
func (c *Conn) dispatch() {
	if c.raw != nil {
		writers.add(c)
		return
	}
	c.began = time.Now().UnixNano()
	go c.flush(nil, nil)
}

// stop says that the caller writes no more. What was queued meanwhile goes to
// a writer. c.mu is held.
func (c *Conn) stop() {
	c.writing, c.began = false, 0
	switch {
	case !c.queue.Empty() && !c.held:
		c.start()
	case c.idle != nil:
		close(c.idle)
		c.idle = nil
	}
}

// fail drops the queue and cuts the connection. c.mu is held.
func (c *Conn) fail() {
	c.closing = true
	c.queue.Clear()
	c.net.Close()
}

// turn is what the pool does for a connection: it writes some of what is
// queued, as far as the client takes it. What it does not take is left to a
// goroutine that waits for it, which then owns buf; turn replaces it.
func (c *Conn) turn(w *attempt, buf **[]byte) {
	c.mu.Lock()
	var out []byte
	if !c.held || c.closing {
		out = c.queue.join(**buf)
	}
	if len(out) == 0 {
		c.stop()
		c.mu.Unlock()
		return
	}
	c.mu.Unlock()
	left, err := w.write(c.raw, out)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case err != nil:
		c.fail()
		c.stop()
	case len(left) > 0:
		c.began = time.Now().UnixNano()
		go c.flush(left, *buf)
		*buf = joins.Get().(*[]byte)
	case c.queue.Empty() || c.held:
		c.stop()
	default:
		writers.add(c) // behind the others
	}
}

// flush writes out, which may lie in buf, and what is queued until nothing is
// left. It waits for the client. Finish waits for it.
func (c *Conn) flush(out []byte, buf *[]byte) {
	if buf == nil {
		buf = joins.Get().(*[]byte)
	}
	defer joins.Put(buf)
	for {
		if len(out) > 0 {
			if _, err := c.net.Write(out); err != nil {
				c.mu.Lock()
				c.fail()
				c.stop()
				c.mu.Unlock()
				return
			}
		}
		c.mu.Lock()
		c.began = time.Now().UnixNano()
		if out = c.queue.join(*buf); len(out) == 0 {
			c.stop()
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
	}
}

// Stuck reports whether one write has been under way for longer than d: the
// client takes nothing.
func (c *Conn) Stuck(d time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.began != 0 && time.Now().UnixNano()-c.began > int64(d)
}
