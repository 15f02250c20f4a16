package primus

// Beat pings all clients now.
func (s *Server) Beat() { s.beat() }

// Heard returns from how many clients something came since the last ping.
func (s *Server) Heard() int { return s.count(func(c *conn) bool { return c.line.heard.Load() }) }

// Busy returns of how many clients a message is worked on.
func (s *Server) Busy() int { return s.count(func(c *conn) bool { return c.busy.Load() }) }

func (s *Server) count(holds func(*conn) bool) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		if holds(c) {
			n++
		}
	}
	return n
}

// Parse returns what a message holds if it is an event.
func Parse(src []byte) (data []byte, id float64, isEvent bool, err error) {
	p, err := parsePacket(src)
	return p.data, p.id, p.isEvent(), err
}

// FromLegacy returns the call that an event of the older form stands for, nil
// for others.
func FromLegacy(data []byte) []byte {
	b := fromLegacy(data)
	if b == nil {
		return nil
	}
	return b.Bytes()
}
