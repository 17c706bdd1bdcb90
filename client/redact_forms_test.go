package client_test

import (
	"fmt"
	"html"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// wordy is a token that an ordinary text has pieces of.
const wordy = "session-has-expired-for-the-user-of-this-app"

var redactedSecrets = []struct{ name, secret string }{
	{"a token", "EAAGx8sPq0Zb3" + strings.Repeat("Kd7Tn2Vw9Ly4", 15)},
	{"a token of ordinary words", wordy},
	{"an app token", "102290129340398|Xk9_f-GhT+w/2bQm=="},
	{"a token with escapes in it", `EAA%41\u0042&#67;\/%2525/to"ken\of<the>tests&0123456789`},
	{"an app secret", clienttest.AppSecret},
	{"a group ID", clienttest.GroupID},
	{"24 characters", "aB3/x+9=Zk7-q_W1e|R5t.Yz"},
	{"23 characters", "aB3/x+9=Zk7-q_W1e|R5t.Y"},
	{"8 characters", "aB3/x+9="},
}

func TestRedactedForms(t *testing.T) {
	for _, s := range redactedSecrets {
		for _, form := range clienttest.Forms {
			t.Run(s.name+", "+form.Name, func(t *testing.T) {
				leak := form.Of(s.secret)
				for _, text := range []string{
					leak, "token " + leak, leak + " is invalid", `{"a":"` + leak + `"}`, strings.Repeat(leak+" ", 40),
					strings.Repeat("xyz"+leak+" ", 40),
				} {
					got := client.Redact(text, false, "another secret of this call", s.secret, "x")
					if len(leak) < len(s.secret) && len(s.secret) < 24 {
						clienttest.Equal(t, "part of a short secret", got, text)
						continue
					}
					clienttest.WantNoSecret(t, text, got, s.secret)
					before, _, _ := strings.Cut(text, leak)
					after := text[strings.LastIndex(text, leak)+len(leak):]
					if !strings.HasPrefix(got, before) || !strings.HasSuffix(got, after) {
						t.Errorf("%q became %q", text, got)
					}
				}
			})
		}
	}
}

func TestRedactedPieces(t *testing.T) {
	const secret = "EAAtoken-of-the-tests_0123456789"
	for from := range secret {
		for to := from + 1; to <= len(secret); to++ {
			piece := secret[from:to]
			for _, form := range clienttest.Forms[:len(clienttest.Forms)-1] {
				leak := form.Of(piece)
				got := client.Redact(leak, false, secret)
				if (to-from >= 12) != (got != leak) {
					t.Errorf("%s, %s: %q became %q", form.Name, piece, leak, got)
				}
			}
		}
	}
}

func TestRedactedTexts(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"a piece of the token", "see session-has-expired.html", "see [redacted].html"},
		{"two pieces", "session-has-expired, user-of-this-app", "[redacted], [redacted]"},
		{"pieces that overlap", "for-the-user-of-this-app-has-expired", "[redacted]"},
		{"11 characters of it", "session-has the user-of-thi", "session-has the user-of-thi"},
		{"in another case", "Session-Has-Expired-For-The-User", "Session-Has-Expired-For-The-User"},
		{"with spaces", "session has expired for the user", "session has expired for the user"},
		{"a token of 7 characters", "a bad request with expired", "a bad request with expired"},
		{"escapes of something else", `100%25 \u003cb\u003e &amp; 50%EA`, `100%25 \u003cb\u003e &amp; 50%EA`},
		{"the whole", "a" + wordy + "b", "a[redacted]b"},
		{"the whole, beside itself in hex", "x " + wordy + fmt.Sprintf("%x", wordy) + " y", "x [redacted] y"},
		{"names of HTML", "a" + strings.ReplaceAll(wordy, "-", "&#45;") + "b", "a[redacted]b"},
	} {
		clienttest.Equal(t, tt.name, client.Redact(tt.text, false, wordy, "expired"), tt.want)
	}
	long := fmt.Sprint(rand.Perm(1000)) // 3,891 characters
	clienttest.Equal(t, "a long secret", client.Redact("x "+long+" y", false, long), "x [redacted] y")
}

// As documented by Meta and seen in public reports, with what stands around them on the way.
var ordinaryTexts = []string{
	"Error validating access token: Session has expired on Friday, 31-Oct-25 05:00:00 PDT. The current time is now.",
	"Invalid OAuth access token - Cannot parse access token",
	"Unsupported get request. Object with ID '120363000000000' does not exist, cannot be loaded due to missing " +
		"permissions, or does not support this operation. Please read the Graph API documentation at " +
		"https://developers.facebook.com/docs/graph-api",
	"(#131009) Parameter value is not valid", "(#4) Application request limit reached",
	"(#10) Application does not have permission for this action", "Invalid appsecret_proof provided in the API argument",
	`{"error":{"message":"(#100) Invalid parameter","type":"OAuthException","code":100,"fbtrace_id":"AkMV9rWqzGDKBLfwVX"}}`,
	`{"url":"https:\/\/www.facebook.com\/ajax\/browser_error_reports\/?device_level=unknown&cpp=C3&cv=1030000000&st=17"}`,
	"<html><head><title>502 Bad Gateway</title></head><body><center>nginx&#47;1.25&nbsp;&copy;</center></body></html>",
	"upstream connect error or disconnect/reset before headers. reset reason: connection termination",
	"dial tcp [2a03:2880:f12f:83:face:b00c:0:25de]:443: connect: connection refused",
	"context deadline exceeded (Client.Timeout exceeded while awaiting headers)", "Les donn\u00e9es sont \xff invalides %",
}

func TestOrdinaryTextsStay(t *testing.T) {
	for _, s := range redactedSecrets {
		for _, text := range append(slices.Clone(ordinaryTexts), strings.Join(ordinaryTexts, "\n")) {
			clienttest.Equal(t, s.name, client.Redact(text, false, s.secret), text)
			clienttest.Equal(t, s.name+", cut", client.Redact(text, true, s.secret), text)
		}
	}
}

// A text that was cut may end in the middle of a secret.
func TestRedactedAtTheEndOfACutText(t *testing.T) {
	const start = "the end: "
	for _, s := range redactedSecrets {
		for _, form := range clienttest.Forms[:len(clienttest.Forms)-1] {
			text := start + form.Of(s.secret)
			for n := range len(text) {
				got := client.Redact(text[:n], true, s.secret)
				for _, seen := range clienttest.Decodings(got) {
					if strings.Contains(seen, s.secret[:4]) {
						t.Fatalf("%s, %s: %q became %q", s.name, form.Name, text[:n], got)
					}
				}
				if !strings.HasPrefix(got, text[:min(n, len(start))]) {
					t.Fatalf("%s, %s: %q became %q", s.name, form.Name, text[:n], got)
				}
			}
		}
	}
}

func TestRedactedTextIsBounded(t *testing.T) {
	for _, text := range []string{
		strings.Repeat(clienttest.Token+" ", 2000), strings.Repeat("x", 1<<20), strings.Repeat("\u20ac", 3000),
		strings.Repeat(" ", 4090) + fmt.Sprintf("%x", clienttest.Token), strings.Repeat("%25", 1<<18),
		"%" + strings.Repeat("25", 1<<10),
	} {
		got := client.Redact(text, true, clienttest.Token)
		if len(got) > 4<<10 || !strings.HasPrefix(text, strings.SplitN(got, "[", 2)[0]) {
			t.Errorf("%d bytes, %.40q", len(got), got)
		}
		clienttest.WantNoSecret(t, "text", got)
	}
}

func TestRedactedHeader(t *testing.T) {
	const token = clienttest.Token
	h := http.Header{
		"X-" + token: {"a"}, http.CanonicalHeaderKey("x-" + token): {"b"}, fmt.Sprintf("X-%x", token): {"c"},
		http.CanonicalHeaderKey(token[:12]): {"d"}, "X-Fb-Rev": {"1", token}, token[:11]: {"e"},
	}
	before := maps.Clone(h)
	got := client.RedactHeader(h, "a secret that is not there", token)
	clienttest.Equal(t, "names", strings.Join(slices.Sorted(maps.Keys(got)), " "), token[:11]+" Redacted X-Fb-Rev")
	slices.Sort(got["Redacted"])
	clienttest.Equal(t, "values", strings.Join(got["Redacted"], ""), "abcd")
	clienttest.Equal(t, "value", strings.Join(got["X-Fb-Rev"], " "), "1 [redacted]")
	clienttest.Equal(t, "the original", fmt.Sprint(h), fmt.Sprint(before))
	clienttest.Equal(t, "without a response", client.RedactHeader(nil, token) == nil, true)
}

// The names are HTML's, so package html knows them.
func TestRedactedEntities(t *testing.T) {
	const secret = `!#$%()*+,./:;<=>?@[]^_{|}&`
	for _, names := range []string{
		"excl num dollar percnt lpar rpar ast plus comma period sol colon semi lt equals gt quest commat lsqb rsqb Hat " +
			"lowbar lcub verbar rcub amp",
		"excl num dollar percnt lpar rpar midast plus comma period sol colon semi LT equals GT quest commat lbrack rbrack " +
			"Hat UnderBar lbrace vert rbrace AMP",
	} {
		text := "&" + strings.ReplaceAll(names, " ", ";&") + ";"
		clienttest.Equal(t, "HTML", html.UnescapeString(text), secret)
		clienttest.Equal(t, names, client.Redact(text, false, secret), "[redacted]")
	}
}

func FuzzRedact(f *testing.F) {
	for i, text := range ordinaryTexts {
		f.Add(text, uint(i), uint(i), uint(i))
	}
	f.Fuzz(func(t *testing.T, text string, which, how, at uint) {
		s := redactedSecrets[which%uint(len(redactedSecrets))]
		if clienttest.Leaks([]string{s.secret}, text) != nil {
			return
		}
		clienttest.Equal(t, "without the secret", client.Redact(text, false, s.secret), text)
		leak := clienttest.Forms[how%uint(len(clienttest.Forms)-1)].Of(s.secret)
		at %= uint(len(text) + 1)
		planted := text[:at] + " " + leak + " " + text[at:]
		got := client.Redact(planted, false, s.secret)
		clienttest.WantNoSecret(t, planted, got, s.secret)
	})
}
