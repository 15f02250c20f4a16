package address_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/featherscaffold/featherscaffold/runtime/address"
)

func trust(t testing.TB, list string) address.Trust {
	t.Helper()
	tr, err := address.Parse(list)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// request returns one from a peer, with lines of X-Forwarded-For.
func request(peer string, lines ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = peer
	if len(lines) > 0 {
		r.Header["X-Forwarded-For"] = lines
	}
	return r
}

func TestClient(t *testing.T) {
	t.Parallel()
	const proxies = "10.0.0.0/8, 192.0.2.7,fd00::/8,::1"
	for _, tt := range []struct {
		name  string
		trust string
		peer  string
		lines []string
		want  string
	}{
		{"direct", "", "203.0.113.5:1234", nil, "203.0.113.5"},
		{"direct IPv6", "", "[2001:DB8::5]:1234", nil, "2001:db8::5"},
		{"IPv6 with a zone", "", "[fe80::1%eth0]:1234", nil, "fe80::1"},
		{"IPv4 written as IPv6", "", "[::ffff:203.0.113.5]:1234", nil, "203.0.113.5"},
		{"Unix socket", proxies, "@", []string{"203.0.113.5"}, ""},
		{"no peer", proxies, "", []string{"203.0.113.5"}, ""},
		{"peer without a port", proxies, "203.0.113.5", nil, ""},
		{"peer with a name", proxies, "localhost:80", nil, ""},

		{"nobody is trusted", "", "10.0.0.1:80", []string{"203.0.113.5"}, "10.0.0.1"},
		{"a stranger's header", proxies, "203.0.113.9:80", []string{"203.0.113.5"}, "203.0.113.9"},
		{"a proxy without a header", proxies, "10.0.0.1:80", nil, "10.0.0.1"},
		{"a proxy", proxies, "10.0.0.1:80", []string{"203.0.113.5"}, "203.0.113.5"},
		{"a proxy by its address", proxies, "192.0.2.7:80", []string{"203.0.113.5"}, "203.0.113.5"},
		{"beside a proxy's address", proxies, "192.0.2.8:80", []string{"203.0.113.5"}, "192.0.2.8"},
		{"a proxy over IPv6", proxies, "[fd00::1]:80", []string{"2001:db8::5"}, "2001:db8::5"},
		{"a proxy, IPv4 written as IPv6", proxies, "[::ffff:10.0.0.1]:80", []string{"::ffff:203.0.113.5"}, "203.0.113.5"},
		{"two proxies", proxies, "10.0.0.1:80", []string{"203.0.113.5, 10.0.0.2"}, "203.0.113.5"},
		{"a made-up entry in front", proxies, "10.0.0.1:80", []string{"127.0.0.1, 203.0.113.5, 10.0.0.2"}, "203.0.113.5"},
		{"a made-up proxy in front", proxies, "10.0.0.1:80", []string{"198.51.100.1, 10.9.9.9, 203.0.113.5"}, "203.0.113.5"},
		{"garbage in front", proxies, "10.0.0.1:80", []string{"x,,203.0.113.5"}, "203.0.113.5"},
		{"two lines", proxies, "10.0.0.1:80", []string{"198.51.100.1", "203.0.113.5,10.0.0.2"}, "203.0.113.5"},
		{"two lines with the client in the first", proxies, "10.0.0.1:80", []string{"203.0.113.5", "10.0.0.2"}, "203.0.113.5"},
		{"proxies alone", proxies, "10.0.0.1:80", []string{"10.0.0.3,10.0.0.2"}, "10.0.0.3"},
		{"with a port", proxies, "10.0.0.1:80", []string{"203.0.113.5:9"}, "203.0.113.5"},
		{"IPv6 with a port", proxies, "10.0.0.1:80", []string{"[2001:db8::5]:9"}, "2001:db8::5"},
		{"IPv6 in brackets", proxies, "10.0.0.1:80", []string{"[2001:db8::5]"}, "2001:db8::5"},
		{"a zone", proxies, "10.0.0.1:80", []string{"fe80::1%eth0"}, "fe80::1"},

		{"garbage", proxies, "10.0.0.1:80", []string{"unknown"}, "10.0.0.1"},
		{"an empty header", proxies, "10.0.0.1:80", []string{""}, "10.0.0.1"},
		{"an empty entry", proxies, "10.0.0.1:80", []string{"203.0.113.5,"}, "10.0.0.1"},
		{"garbage behind a proxy", proxies, "10.0.0.1:80", []string{"_hidden, 10.0.0.2"}, "10.0.0.1"},
		{"no end of proxies", proxies, "10.0.0.1:80", []string{"203.0.113.5" + strings.Repeat(",10.0.0.2", 10_000)}, "10.0.0.1"},
		{"everybody is trusted", "0.0.0.0/0", "10.0.0.1:80", []string{"198.51.100.1, 203.0.113.5"}, "198.51.100.1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := trust(t, tt.trust).Client(request(tt.peer, tt.lines...)); got != tt.want {
				t.Errorf("Client() = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, list := range []string{
		"localhost", "10.0.0.0/33", "10.0.0/8", "10.0.0.1,", ",", "*", "fe80::1%eth0", "10.0.0.1:80", "::ffff:10.0.0.0/104", "10.0.0.0/8 ::1",
	} {
		if _, err := address.Parse(list); err == nil {
			t.Errorf("Parse(%q) gives no error", list)
		}
	}
	if got := trust(t, " ").Client(request("10.0.0.1:1", "203.0.113.5")); got != "10.0.0.1" {
		t.Errorf("the empty list trusts 10.0.0.1, which says %s", got)
	}
}

// FuzzClient looks for a header by which a client gets something that is no
// address, or passes for somebody else while no proxy says so.
func FuzzClient(f *testing.F) {
	for _, line := range []string{"203.0.113.5", "a,b", "[::1]:80", "10.0.0.2,10.0.0.3", ",,,", "[[::1]]", "::1%25"} {
		f.Add("10.0.0.1:80", line, "")
		f.Add("[2001:db8::1%x]:80", line, "203.0.113.5")
	}
	tr := trust(f, "10.0.0.0/8,fd00::/8")
	f.Fuzz(func(t *testing.T, peer, first, second string) {
		got := tr.Client(request(peer, first, second))
		direct := tr.Client(request(peer))
		if got == "" && direct == "" {
			return
		}
		addr, err := netip.ParseAddr(got)
		if err != nil || addr.String() != got || addr.Is4In6() || addr.Zone() != "" {
			t.Fatalf("Client() = %q, which is not an address in its usual form", got)
		}
		from := netip.MustParseAddr(direct)
		trusted := netip.MustParsePrefix("10.0.0.0/8").Contains(from) || netip.MustParsePrefix("fd00::/8").Contains(from)
		if got != direct && !trusted {
			t.Errorf("%s passes for %s", direct, got)
		}
	})
}

func BenchmarkClient(b *testing.B) {
	b.ReportAllocs()
	tr, direct := trust(b, "10.0.0.0/8"), request("203.0.113.5:1234")
	for b.Loop() {
		tr.Client(direct)
	}
}
