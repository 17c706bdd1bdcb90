package fakegraph

import (
	"fmt"
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
		{"no time", good, "", "require an appsecret_proof and an appsecret_time"},
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
				wantError(t, a, 400, "104", tt.text)
			}
		})
	}
	if a := send(t, newServer(t), call{path: testPath + "?appsecret_proof=nonsense"}); a.status != 200 {
		t.Errorf("without a secret the proof is not ignored: %s", a.body)
	}
}

// The known answer keeps the fake and the client from agreeing on something wrong.
func TestAppSecretProofKnownAnswer(t *testing.T) {
	// printf '%s' 'token|1750000000' | openssl dgst -sha256 -hmac 'secret'
	const want = "da0d2c30fe9d25c7f45234551f20b8bf4eeae7692f2be90a632c248ba08ecc3b"
	if got := appSecretProof("secret", "token", "1750000000"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Whatever a request is made of, its token comes back nowhere.
func TestTokenIsNeverEchoed(t *testing.T) {
	const proof = "0123456789abcdef0123456789abcdef"
	calls := []call{
		{},
		{path: testPath + "?access_token=" + testToken + "&appsecret_proof=" + proof + "&fields=subject"},
		{path: testPath + "?fields=" + testToken},
		{path: "/v23.0/a/" + testToken},
		{method: "POST", body: `{"messaging_product":"whatsapp","` + testToken + `":1}`},
		{method: "POST", body: testToken, contentType: testToken + "/x"},
		{method: "POST", body: testToken + "=1&" + testToken + "=2", contentType: mediaForm},
		{method: "PUT"},
		{header: map[string]string{"User-Agent": testToken}},
		{header: map[string]string{"Cookie": "t=" + testToken, "Proxy-Authorization": "Bearer " + testToken}},
	}
	for _, opts := range [][]Option{nil, {WithToken("other")}, {WithAppSecret("app-secret")}} {
		for i, c := range calls {
			s := newServer(t, opts...)
			a := send(t, s, c)
			if text := fmt.Sprint(a.header, a.body); strings.Contains(text, testToken) || strings.Contains(text, proof) {
				t.Errorf("call %d: the answer is %s", i, text)
			}
			r := s.Requests()[0]
			r.Path, r.ContentType = "", "" // hold what the client put there
			r.Header.Del("Content-Type")
			r.Header.Del("User-Agent")
			r.Query.Del("fields")
			if text := fmt.Sprintf("%+v", r); strings.Contains(text, testToken) || strings.Contains(text, proof) {
				t.Errorf("call %d: the record is %s", i, text)
			}
		}
	}
}
