package token_test

import (
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/featherscaffold/featherscaffold/runtime/auth/token"
)

const forUs = `"aud":"https://yourdomain.com","iss":"feathers"`

func TestVerifyRefusesHeaders(t *testing.T) {
	t.Parallel()
	k := keys(t, secret, "")
	ours := token.New(k, token.Options{Now: atTime(at)})
	for header, message := range map[string]string{
		`{"alg":"HS512"}`:                          "invalid algorithm",
		`{"alg":"hs256"}`:                          "invalid algorithm",
		`{"alg":"none"}`:                           "invalid algorithm",
		`{"alg":"RS256"}`:                          "invalid algorithm",
		`{}`:                                       "invalid algorithm",
		`{"alg":"HS256","kid":"a"}`:                "invalid signature",
		`{"alg":"HS256","kid":""}`:                 "invalid signature",
		`{"alg":"HS256","kid":1}`:                  "invalid token",
		`{"alg":["HS256"]}`:                        "invalid token",
		`{"alg":"HS256","crit":["exp"],"exp":1}`:   "invalid token",
		`{"alg":"HS256","crit":[]}`:                "invalid token",
		`{"alg":"none","alg":"HS256"}`:             "invalid token",
		`{"alg":"HS256","\u0061lg":"HS256"}`:       "invalid token",
		`{"alg":"HS256","typ":"a","typ":"b"}`:      "invalid token",
		`{"alg":"HS256"} {}`:                       "invalid token",
		`{"alg":"HS256"`:                           "invalid token",
		`"HS256"`:                                  "invalid token",
		`null`:                                     "invalid token",
		`{"alg":"HS256","x":"` + "\xff" + `"}`:     "invalid token",
		`{"alg":"HS256","x":` + nested(200) + `}`:  "invalid token",
		`{"alg":"HS256","x":` + nested(2000) + `}`: "invalid token",
	} {
		refused(t, ours, token.Sign(k, header, `{`+forUs+`}`), message, jsonWebTokenError)
	}
}

func nested(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }

func TestVerifyDoesNotMindTheType(t *testing.T) {
	t.Parallel()
	k := keys(t, secret, "")
	ours := token.New(k, token.Options{Now: atTime(at)})
	for _, header := range []string{`{"alg":"HS256"}`, `{"typ":"JWT","alg":"HS256"}`, ` { "alg" : "HS256" , "typ" : 1 } `} {
		if _, err := ours.Verify(token.Sign(k, header, `{`+forUs+`}`)); err != nil {
			t.Errorf("with the header %s: %v", header, err)
		}
	}
}

func TestVerifyRefusesClaims(t *testing.T) {
	t.Parallel()
	k := keys(t, secret, "")
	ours := token.New(k, token.Options{Now: atTime(at)})
	const audience, issuer = "jwt audience invalid. expected: https://yourdomain.com", "jwt issuer invalid. expected: feathers"
	expired := `{"name":"TokenExpiredError","expiredAt":%q}`
	for payload, want := range map[string][2]string{
		`{` + forUs + `,"exp":"2000000000"}`:                     {"invalid exp value"},
		`{` + forUs + `,"exp":null}`:                             {"invalid exp value"},
		`{` + forUs + `,"exp":-1}`:                               {"invalid exp value"},
		`{` + forUs + `,"exp":1e300}`:                            {"invalid exp value"},
		`{` + forUs + `,"exp":1e400}`:                            {"invalid token"},
		`{` + forUs + `,"nbf":"0"}`:                              {"invalid nbf value"},
		`{` + forUs + `,"iat":"0"}`:                              {"invalid iat value"},
		`{` + forUs + `,"exp":0}`:                                {"jwt expired", fmt.Sprintf(expired, "1970-01-01T00:00:00.000Z")},
		fmt.Sprintf(`{%s,"exp":%d}`, forUs, at.Unix()):           {"jwt expired", fmt.Sprintf(expired, "2026-11-22T12:00:00.000Z")},
		fmt.Sprintf(`{%s,"exp":%d.5}`, forUs, at.Unix()-1):       {"jwt expired", fmt.Sprintf(expired, "2026-11-22T11:59:59.500Z")},
		fmt.Sprintf(`{%s,"nbf":%d}`, forUs, at.Unix()+1):         {"jwt not active", `{"name":"NotBeforeError","date":"2026-11-22T12:00:01.000Z"}`},
		fmt.Sprintf(`{%s,"exp":9999999999,"exp":1}`, forUs):      {"invalid token"},
		fmt.Sprintf(`{%s,"exp":9999999999,"\u0065xp":1}`, forUs): {"invalid token"},
		`{` + forUs + `,"a":1,"b":1,"c":1,"a":1}`:                {"invalid token"},
		`{` + forUs + many(20) + `,"n19":1}`:                     {"invalid token"},
		`{` + forUs + `,"sub":42}`:                               {"invalid token"},
		`{` + forUs + `,"jti":{}}`:                               {"invalid token"},
		`{` + forUs + `,"x":` + nested(2000) + `}`:               {"invalid token"},
		`{` + forUs:                     {"invalid token"},
		`[]`:                            {"invalid token"},
		`"text"`:                        {"invalid token"},
		`{}`:                            {audience},
		`{"aud":null,"iss":"feathers"}`: {audience},
		`{"aud":[],"iss":"feathers"}`:   {audience},
		`{"aud":["a",["https://yourdomain.com"]]}`:              {audience},
		`{"aud":{"https://yourdomain.com":1},"iss":"feathers"}`: {audience},
		`{"aud":"https://yourdomain.com"}`:                      {issuer},
		`{"aud":"https://yourdomain.com","iss":["feathers"]}`:   {issuer},
		`{"aud":"https://yourdomain.com","iss":"Feathers"}`:     {issuer},
		`{"aud":"https://yourdomain.com/","iss":"feathers"}`:    {audience},
	} {
		data := want[1]
		if data == "" {
			data = jsonWebTokenError
		}
		refused(t, ours, token.Sign(k, goodHeader, payload), want[0], data)
	}
}

// many returns n claims, from n0 on.
func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"n%d":1`, i)
	}
	return b.String()
}

func TestVerifyAcceptsClaims(t *testing.T) {
	t.Parallel()
	k := keys(t, secret, "")
	ours := token.New(k, token.Options{Now: atTime(at)})
	for payload, expires := range map[string]time.Time{
		`{` + forUs + `}`: {},
		`{"aud":["a",1,"https://yourdomain.com"],"iss":"feathers"}`:           {},
		fmt.Sprintf(`{%s,"nbf":%d}`, forUs, at.Unix()):                        {},
		`{` + forUs + many(40) + `,"exp":253402300799}`:                       time.Unix(253402300799, 0),
		fmt.Sprintf(`{%s,"exp":%d.25}`, forUs, at.Unix()):                     at.Add(250 * time.Millisecond),
		" { \"iss\":\"feathers\", \"aud\":\"https:\\/\\/yourdomain.com\" }\n": {},
	} {
		c, err := ours.Verify(token.Sign(k, goodHeader, payload))
		if err != nil || string(c.Payload) != payload || !c.Expires.Equal(expires) {
			t.Errorf("Verify of %s = %s until %v, %v", payload, c.Payload, c.Expires, err)
		}
	}
}

func TestVerifyRefusesWhatIsNotSpelledAsATokenIs(t *testing.T) {
	t.Parallel()
	ours := tokens(t, secret, "")
	good, _ := issue(t, ours)
	unsigned := good[:strings.LastIndex(good, ".")+1]
	encode := func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }
	// The last of 43 letters has two bits that stand for nothing.
	last := strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", good[len(good)-1])
	respelled := good[:len(good)-1] + string("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last^1])
	for text, message := range map[string]string{
		"":                                   "jwt must be provided",
		"a.b":                                "jwt malformed",
		good + ".":                           "jwt malformed",
		good + strings.Repeat("A", 8192):     "jwt malformed",
		"..":                                 "invalid token",
		".b.c":                               "invalid token",
		"a..c":                               "invalid token",
		"a.b.c":                              "invalid token",
		good + "=":                           "invalid token",
		good + "\n":                          "invalid token",
		" " + good:                           "invalid token",
		strings.Replace(good, ".", "\n.", 1): "invalid token",
		good + "é":                           "invalid token",
		respelled:                            "invalid signature",
		good[:len(good)-2]:                   "invalid signature",
		good + "AAAA":                        "invalid signature",
		unsigned + "AAAA":                    "invalid signature",
		unsigned:                             "jwt signature is required",
		encode(`{"alg":"none"}`) + "." + encode(`{`+forUs+`}`) + ".": "jwt signature is required",
	} {
		refused(t, ours, text, message, jsonWebTokenError)
	}
}

func TestAHugeTokenCostsNothing(t *testing.T) {
	ours := tokens(t, secret, "")
	good, _ := issue(t, ours)
	for _, huge := range []string{
		good + strings.Repeat("A", 10<<20), strings.Repeat(".", 10<<20), strings.Repeat(good+".", 30_000), strings.Repeat("\xff", 10<<20),
	} {
		took, bytes := cost(func() { refused(t, ours, huge, "jwt malformed", jsonWebTokenError) })
		if took > time.Millisecond || bytes > 64<<10 {
			t.Errorf("a token of %d bytes took %v and %d bytes, want at most 1 ms and 64 KB", len(huge), took, bytes)
		}
	}
}

// cost returns the least time that f took of a few runs, and the memory that
// it took on average.
func cost(f func()) (least time.Duration, bytes uint64) {
	const runs = 20
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	least = time.Hour
	for range runs {
		start := time.Now()
		f()
		least = min(least, time.Since(start))
	}
	runtime.ReadMemStats(&after)
	return least, (after.TotalAlloc - before.TotalAlloc) / runs
}

// TestTheLargestTokenIsCheap has what takes the most: a signature that is
// right, and as many claims as there is room for.
func TestTheLargestTokenIsCheap(t *testing.T) {
	k := keys(t, secret, "")
	ours := token.New(k, token.Options{Now: atTime(at)})
	text := token.Sign(k, goodHeader, `{`+forUs+many(675)+`}`)
	if len(text) > 8192 || len(text) < 8000 {
		t.Fatalf("the token has %d bytes", len(text))
	}
	took, bytes := cost(func() {
		if _, err := ours.Verify(text); err != nil {
			t.Error(err)
		}
	})
	if bytes > 256<<10 {
		t.Errorf("Verify took %d bytes, want at most 256 KB", bytes)
	}
	t.Logf("%v, %d bytes", took, bytes)
}

func BenchmarkVerify(b *testing.B) {
	cases := map[string]string{"HS256": ""}
	for _, p := range pairs(b) {
		cases[p.alg] = "a=" + p.private
	}
	for name, list := range cases {
		b.Run(name, func(b *testing.B) {
			ours := tokens(b, secret, list)
			text, _ := issue(b, ours)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ours.Verify(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
