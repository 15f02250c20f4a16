// Package address finds out which IP address a request comes from, also behind
// proxies.
package address

import (
	"fmt"
	"iter"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Trust are the proxies whose word on where a request comes from is taken. The
// zero value trusts none. It does not change, so it may be used concurrently.
type Trust struct{ proxies []netip.Prefix }

// Parse reads networks and addresses with commas between them, such as
// "10.0.0.0/8, 127.0.0.1, ::1". The empty list is the zero Trust.
func Parse(list string) (Trust, error) {
	var t Trust
	if strings.TrimSpace(list) == "" {
		return t, nil
	}
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		p, ok := parsePrefix(entry)
		if !ok {
			return Trust{}, fmt.Errorf("%q is not a network such as 10.0.0.0/8 or an address such as ::1", entry)
		}
		t.proxies = append(t.proxies, p)
	}
	return t, nil
}

func parsePrefix(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), !p.Addr().Is4In6()
	}
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.Zone() != "" {
		return netip.Prefix{}, false
	}
	addr = addr.Unmap()
	return netip.PrefixFrom(addr, addr.BitLen()), true
}

// Client returns the IP address of the client that makes a request: that of
// the connection or, if a trusted proxy has it, the last address in
// X-Forwarded-For that no trusted proxy has. What stands in front of that one
// is the client's own word. Where the header makes no sense it is the proxy's
// address, and "" when the connection has none, as on a Unix socket.
func (t Trust) Client(r *http.Request) string {
	port, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	peer := port.Addr().WithZone("").Unmap()
	client := peer
	if lines := r.Header["X-Forwarded-For"]; len(lines) > 0 && len(t.proxies) > 0 {
		client = t.forwarded(peer, lines)
	}
	if client == peer && port.Addr().Is4() {
		return r.RemoteAddr[:strings.IndexByte(r.RemoteAddr, ':')]
	}
	return client.String()
}

// maxHops is how many proxies may stand between a client and the server.
const maxHops = 16

// forwarded walks the header from its end, where the nearest proxy wrote, for
// as long as the one who wrote is trusted.
func (t Trust) forwarded(peer netip.Addr, lines []string) netip.Addr {
	client, hops := peer, 0
	for entry := range backward(lines) {
		if !t.has(client) {
			break
		}
		addr, ok := parseEntry(entry)
		if hops++; !ok || hops > maxHops {
			return peer
		}
		client = addr
	}
	return client
}

// backward yields the entries of a header that is a list, the last one first.
func backward(lines []string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range slices.Backward(lines) {
			for more := true; more; {
				i := strings.LastIndexByte(line, ',')
				if !yield(strings.TrimSpace(line[i+1:])) {
					return
				}
				if more = i >= 0; more {
					line = line[:i]
				}
			}
		}
	}
}

// parseEntry reads an address, which some proxies write with a port.
func parseEntry(s string) (netip.Addr, bool) {
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	if err != nil {
		port, err := netip.ParseAddrPort(s)
		return port.Addr().WithZone("").Unmap(), err == nil
	}
	return addr.WithZone("").Unmap(), true
}

func (t Trust) has(addr netip.Addr) bool {
	return slices.ContainsFunc(t.proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}
