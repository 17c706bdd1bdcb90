package fakegraph

import (
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestToken(t *testing.T) {
	const missing = "An access token is required to request this resource."
	tests := []struct {
		name, header, text string
		status             int
		code               string
	}{
		{"none", "", missing, 400, "104"},
		{"other scheme", "Basic " + testToken, missing, 400, "104"},
		{"no token", "Bearer ", missing, 400, "104"},
		{"scheme only", "Bearer", missing, 400, "104"},
		{"unknown", "Bearer " + testToken + "x", "Invalid OAuth access token.", 401, "190"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t, WithToken("other", testToken))
			a := send(t, s, call{header: map[string]string{"Authorization": tt.header}})
			wantError(t, a, tt.status, tt.code, tt.text)
			if !strings.Contains(a.header.Get("WWW-Authenticate"), tt.text) {
				t.Errorf("WWW-Authenticate: %s", a.header.Get("WWW-Authenticate"))
			}
		})
	}
	s := newServer(t, WithToken("other"), WithToken(testToken))
	for _, header := range []string{"Bearer other", "bearer " + testToken} {
		if a := send(t, s, call{header: map[string]string{"Authorization": header}}); a.status != 200 {
			t.Errorf("%s: %s", header, a.body)
		}
	}
}

func TestAnyToken(t *testing.T) {
	for _, s := range []*Server{newServer(t), newServer(t, WithToken())} {
		if a := send(t, s, call{header: map[string]string{"Authorization": "Bearer x"}}); a.status != 200 {
			t.Error(a.body)
		}
		a := send(t, s, call{header: map[string]string{"Authorization": ""}})
		wantError(t, a, 400, "104", "An access token is required")
	}
}

func TestAppSecretProof(t *testing.T) {
	const secret = "app-secret"
	now := time.Unix(1750000000, 0)
	stamp := func(offset time.Duration) string { return strconv.FormatInt(now.Add(offset).Unix(), 10) }
	proof := func(stamp string) string { return appSecretProof(secret, testToken, stamp) }
	good := proof(stamp(0))
	tests := []struct{ name, proof, time, text string }{
		{"valid", good, stamp(0), ""},
		{"five minutes old", proof(stamp(-proofLifetime)), stamp(-proofLifetime), ""},
		{"five minutes ahead", proof(stamp(proofLifetime)), stamp(proofLifetime), ""},
		{"too old", proof(stamp(-301 * time.Second)), stamp(-301 * time.Second), "more than five minutes off"},
		{"too far ahead", proof(stamp(301 * time.Second)), stamp(301 * time.Second), "more than five minutes off"},
		{"no proof", "", stamp(0), "require an appsecret_proof"},
		{"no time", good, "", "Invalid appsecret_time"},
		{"other time", good, stamp(time.Second), "Invalid appsecret_proof"},
		{"no number", good, "now", "Invalid appsecret_time"},
		{"capitals", strings.ToUpper(good), stamp(0), "Invalid appsecret_proof"},
		{"other token", appSecretProof(secret, "other", stamp(0)), stamp(0), "Invalid appsecret_proof"},
		{"other secret", appSecretProof("other", testToken, stamp(0)), stamp(0), "Invalid appsecret_proof"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t, WithAppSecret(secret), WithClock(func() time.Time { return now }))
			query := url.Values{"appsecret_proof": {tt.proof}, "appsecret_time": {tt.time}}
			a := send(t, s, call{path: testPath + "?" + query.Encode()})
			if tt.text == "" {
				wantBody(t, a, 200, `{"id":"`+testID+`","messaging_product":"whatsapp"}`)
			} else {
				wantError(t, a, 400, "100", tt.text)
			}
		})
	}
	if a := send(t, newServer(t), call{path: testPath + "?appsecret_proof=nonsense"}); a.status != 200 {
		t.Errorf("without a secret the proof is not ignored: %s", a.body)
	}
}

// The known value keeps the fake and the client from agreeing on something wrong.
func TestAppSecretProofKnownAnswer(t *testing.T) {
	// printf '%s' 'token|1750000000' | openssl dgst -sha256 -hmac 'secret'
	const want = "da0d2c30fe9d25c7f45234551f20b8bf4eeae7692f2be90a632c248ba08ecc3b"
	if got := appSecretProof("secret", "token", "1750000000"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whatever a request is made of, its secrets come back nowhere: neither in the response nor in the record.
func TestSecretsAreNeverEchoedOrKept(t *testing.T) {
	const (
		proof  = "0123456789abcdef0123456789abcdef"
		second = "second-token-0123456789"
		meta   = "EAAJB0000001111112222223333" // never announced as a token
		named  = "named-as-a-secret-alone"
	)
	requests := map[string]func(*http.Request){
		"query": func(r *http.Request) {
			r.URL.RawQuery = "access_token=" + second + "&appsecret_proof=" + proof + "&fields=" + second + "&x=" + proof
		},
		"name in the query": func(r *http.Request) { r.URL.RawQuery = testToken + "=1" },
		"fields":            func(r *http.Request) { r.URL.RawQuery = "fields=" + testToken },
		"path":              func(r *http.Request) { r.URL.Path = "/v23.0/a/" + testToken },
		"escaped path": func(r *http.Request) {
			r.URL.RawPath = "/v23.0/a/%45" + testToken[1:]
			r.URL.Path = "/v23.0/a/" + testToken
		},
		"escaped twice": func(r *http.Request) { r.URL.RawQuery = "fields=%2545" + testToken[1:] },
		"escaped often": func(r *http.Request) {
			r.URL.RawQuery = "fields=%" + strings.Repeat("25", 100_000) + "45" + testToken[1:]
		},
		"names in the query": func(r *http.Request) {
			r.URL.RawQuery = "Access_Token=" + named + "&client_secret=" + named + "&x=" + url.QueryEscape("/?token="+named)
		},
		"names in the path": func(r *http.Request) { r.URL.Path = "/v23.0/x&access_token=" + named },
		"names in the header": func(r *http.Request) {
			r.Header.Set("X-Client-Secret", named)
			r.Header.Set("Referer", "/?token="+named)
		},
		"more than are looked for": func(r *http.Request) {
			for i := range 50 {
				r.Header.Add("Authorization", fmt.Sprintf("Bearer any-other-token-%d", i))
			}
			r.Header.Add("Authorization", "Bearer "+second)
			r.URL.Path = "/" + second
		},
		"odd authorization": func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer\t\""+second+"\" x")
			r.URL.Path = "/" + second
		},
		"group":           func(r *http.Request) { r.URL.Path = "/v23.0/" + testToken },
		"version":         func(r *http.Request) { r.URL.Path = "/" + testToken + "/x" },
		"method":          func(r *http.Request) { r.Method = testToken },
		"method, unknown": func(r *http.Request) { r.Method = second; r.Header.Del("Authorization") },
		"second line": func(r *http.Request) {
			r.Header.Add("Authorization", "Bearer "+second)
			r.URL.Path = "/" + second
		},
		"header":           func(r *http.Request) { r.Header.Set("User-Agent", testToken) },
		"name of a header": func(r *http.Request) { r.Header.Set(testToken, "1") },
		"cookies": func(r *http.Request) {
			r.Header.Set("Cookie", second)
			r.Header.Set("Proxy-Authorization", second)
		},
		"content type":        func(r *http.Request) { r.Method = "POST"; r.Header.Set("Content-Type", testToken+"/x") },
		"without a header":    func(r *http.Request) { r.Header.Del("Authorization"); r.URL.Path = "/" + meta + "/" + meta },
		"configured":          func(r *http.Request) { r.Header.Del("Authorization"); r.URL.Path = "/configured-token" },
		"app secret":          func(r *http.Request) { r.Header.Del("Authorization"); r.URL.Path = "/app-secret" },
		"in the other's case": func(r *http.Request) { r.URL.Path = "/" + strings.ToLower(testToken) },
		"property": func(r *http.Request) {
			r.Method, r.Body = "POST", io.NopCloser(strings.NewReader(`{"messaging_product":"whatsapp","`+testToken+`":1}`))
			r.ContentLength = -1
		},
	}
	for name, change := range requests {
		t.Run(name, func(t *testing.T) {
			s := newServer(t, WithToken("configured-token", testToken), WithAppSecret("app-secret"))
			r := call{header: map[string]string{"Content-Type": mediaJSON}}.request(t, s.URL())
			r.RequestURI, r.Header["X-Twice"] = "", []string{"1", testToken}
			change(r)
			w := httptest.NewRecorder()
			s.Handler().ServeHTTP(w, r)
			text := strings.ToLower(fmt.Sprintf("%v %s %+v", w.Header(), w.Body, s.Requests()[0]))
			for _, secret := range []string{testToken, proof, second, meta, named, "configured-token", "app-secret"} {
				if strings.Contains(text, strings.ToLower(secret)) {
					t.Errorf("%s is in %s", secret, text)
				}
			}
		})
	}
}

// Short tokens of tests are words of ordinary texts, which stay.
func TestShortTokensStayInTexts(t *testing.T) {
	s := newServer(t)
	wantError(t, send(t, s, call{path: "/any", header: map[string]string{"Authorization": "Bearer any"}}), 400, "2500",
		"Unknown path components: /any")
	odd := call{path: "/redacted", header: map[string]string{"Authorization": "Bearer redacted"}}
	wantError(t, send(t, s, odd), 400, "2500", "Unknown path components: /[redacted]")
}

func TestServerPrintsWithoutSecrets(t *testing.T) {
	opts := []Option{WithToken(testToken), WithAppSecret("app-secret")}
	s := newServer(t, opts...)
	send(t, s, call{})
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		text := fmt.Sprintf(verb+verb+verb+verb, s, opts, struct{ s *Server }{s}, s.config)
		for _, secret := range []string{testToken, "app-secret", hex.EncodeToString([]byte(testToken))} {
			if strings.Contains(text, secret) {
				t.Errorf("%s: %s", verb, text)
			}
		}
	}
	if got := fmt.Sprint(s, (*Server)(nil)); got != "fakegraph.Server(http://localhost) fakegraph.Server(nil)" {
		t.Error(got)
	}
}
