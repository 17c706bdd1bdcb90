package webhook_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/client/webhook"
)

const verifyToken = "planted token & more"

// A receiver is a handler behind HTTP, with what its program and its log got.
type receiver struct {
	client *http.Client
	events []*webhook.Event
	log    strings.Builder
}

// newReceiver fails an event as its type says: with an error, with a panic, or not.
func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	h, err := webhook.NewHandler(webhook.Config{
		VerifyToken: verifyToken, AppSecrets: []string{"another", secret},
		Receive: func(ctx context.Context, e *webhook.Event) error {
			r.events = append(r.events, e)
			switch e.Type {
			case "error":
				return fmt.Errorf("cannot store %s: %s", e.GroupID, e.Raw)
			case "panic":
				panic(string(e.Raw))
			}
			return ctx.Err()
		},
		Logger: slog.New(slog.NewTextHandler(&r.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	r.client = &http.Client{Transport: clienttest.Serve(t, h.ServeHTTP).Transport}
	return r
}

// send makes a request and returns the response.
func (r *receiver) send(
	t *testing.T, method, query string, body io.Reader, signature string,
) (status int, header http.Header, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, clienttest.PipeURL+"/webhook?"+query, body)
	if err != nil {
		t.Fatal(err)
	}
	if signature != "" {
		req.Header.Set(webhook.SignatureHeader, signature)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	content, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(content)
}

func TestHandshake(t *testing.T) {
	const mode, token = "hub.mode=subscribe", "hub.verify_token=planted+token+%26+more"
	for _, tt := range []struct {
		name, query string
		want        string // the challenge, or what the refusal is about
	}{
		{"as WhatsApp sends it", mode + "&" + token + "&hub.challenge=1158201444", "1158201444"},
		{"a challenge that is a word", "hub.challenge=aB-3_x.~%2B%2F%3D&" + mode + "&" + token, "aB-3_x.~+/="},
		{"another token", mode + "&hub.verify_token=planted&hub.challenge=1", "hub.verify_token"},
		{"a longer token", mode + "&" + token + "x&hub.challenge=1", "hub.verify_token"},
		{"no token", mode + "&hub.challenge=1", "hub.verify_token"},
		{"nothing", "", "hub.verify_token"},
		{"another mode", "hub.mode=unsubscribe&" + token + "&hub.challenge=1", "hub.mode"},
		{"names with underscores", "hub_mode=subscribe&hub_verify_token=x&hub_challenge=1", "hub.verify_token"},
		{"no challenge", mode + "&" + token, "hub.challenge"},
		{"a script", mode + "&" + token + "&hub.challenge=%3Cscript%3Ealert(1)%3C/script%3E", "hub.challenge"},
		{"two lines", mode + "&" + token + "&hub.challenge=1%0A2", "hub.challenge"},
		{"a long challenge", mode + "&" + token + "&hub.challenge=" + strings.Repeat("1", 257), "hub.challenge"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := newReceiver(t)
			status, header, text := r.send(t, http.MethodGet, tt.query, nil, "")
			accepted := status == http.StatusOK && text == tt.want && r.log.Len() == 0
			refused := status == http.StatusForbidden && strings.HasPrefix(text, "handshake: "+tt.want+" ")
			if wanted := !strings.HasPrefix(tt.want, "hub."); wanted && !accepted || !wanted && !refused {
				t.Errorf("%d %q, want %q; log %s", status, text, tt.want, &r.log)
			}
			clienttest.Equal(t, "type", header.Get("Content-Type"), "text/plain; charset=utf-8")
			clienttest.Equal(t, "sniffing", header.Get("X-Content-Type-Options"), "nosniff")
			for _, kept := range []string{"planted", "script"} {
				if strings.Contains(text+r.log.String(), kept) {
					t.Errorf("%q shows %s; log %s", text, kept, &r.log)
				}
			}
		})
	}
}

func TestDelivery(t *testing.T) {
	body := func(types ...string) string {
		var elements []string
		for _, name := range types {
			elements = append(elements, head+`,"type":"`+name+`"}`)
		}
		return bodyOf(changeOf(webhook.FieldGroupLifecycle, elements...))
	}
	// padded has the size of the limit and more.
	padded := func(more int) string {
		return strings.Replace(emptyBody, ",", ","+strings.Repeat(" ", 4<<20-len(emptyBody)+more), 1)
	}
	for _, tt := range []struct {
		name, method, body string
		signature          string // empty: the right one
		status             int
		events             string
		logged             string // the only record; empty for none
	}{
		{"events", "POST", body("a", "b"), "", 200, "a b", ""},
		{"no events", "POST", emptyBody, "", 200, "", ""},
		{"an event that cannot be read", "POST", bodyOf("7"), "", 200, " ", ""},
		{"an error", "POST", body("a", "error", "b"), "", 500, "a error b", "webhook event not received"},
		{"a panic", "POST", body("panic", "b"), "", 500, "panic b", "webhook event not received"},
		{"another signature", "POST", body("a"), emptySum, 403, "", "webhook refused"},
		{"a malformed signature", "POST", body("a"), "x", 403, "", "webhook refused"},
		{"no signature", "POST", body("a"), "none", 403, "", "webhook refused"},
		{"a body of 4 MiB", "POST", padded(0), "", 200, "", ""},
		{"a longer body", "POST", padded(1), "", 413, "", "webhook refused"},
		{"another product", "POST", `{"object":"user","entry":[]}`, "", 200, "", "webhook cannot be read, acknowledged"},
		{"no JSON", "POST", "hello " + group, "", 200, "", "webhook cannot be read, acknowledged"},
		{"another method", "PUT", body("a"), "", 405, "", ""},
		{"HEAD", "HEAD", "", "", 405, "", ""},
	} {
		// Of unknown length, as behind a proxy, too.
		for _, chunked := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, chunked %v", tt.name, chunked), func(t *testing.T) {
				r := newReceiver(t)
				signature := tt.signature
				switch signature {
				case "":
					signature = webhook.Sign([]byte(tt.body), secret)
				case "none":
					signature = ""
				}
				var content io.Reader = strings.NewReader(tt.body)
				if chunked {
					content = io.MultiReader(content)
				}
				status, header, _ := r.send(t, tt.method, "", content, signature)
				clienttest.Equal(t, "status", status, tt.status)
				if tt.status == http.StatusMethodNotAllowed {
					clienttest.Equal(t, "Allow", header.Get("Allow"), "GET, POST")
				}
				var types []string
				for _, e := range r.events {
					types = append(types, e.Type)
				}
				if len(r.events) == 1 && types[0] == "" {
					types[0] = " "
				}
				clienttest.Equal(t, "events", strings.Join(types, " "), tt.events)
				records := strings.Count(r.log.String(), "msg=")
				if !strings.Contains(r.log.String(), tt.logged) || records != min(1, len(tt.logged)) {
					t.Errorf("log %q, want one record %q", &r.log, tt.logged)
				}
				for _, part := range []string{group, "19995550100", secret} {
					if strings.Contains(r.log.String(), part) {
						t.Errorf("the log shows %s: %s", part, &r.log)
					}
				}
			})
		}
	}
}

// What the sender has given up is not received: it comes again.
func TestDeliveryEndsWithItsRequest(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	received := 0
	h, err := webhook.NewHandler(webhook.Config{
		VerifyToken: "x", AppSecrets: []string{secret},
		Receive: func(context.Context, *webhook.Event) error { received++; cancel(); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(bodyOf(changeOf(webhook.FieldGroupLifecycle, deletion(``), deletion(``))))
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set(webhook.SignatureHeader, webhook.Sign(body, secret))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	clienttest.Equal(t, "received", received, 1)
	clienttest.Equal(t, "status", w.Code, http.StatusInternalServerError)

	r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", io.MultiReader(bytes.NewReader(body[:9]), cut{}))
	r.Header.Set(webhook.SignatureHeader, webhook.Sign(body[:9], secret))
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	clienttest.Equal(t, "status of a cut body", w.Code, http.StatusInternalServerError)
}

type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestNewHandlerRefuses(t *testing.T) {
	good := webhook.Config{
		VerifyToken: "t", AppSecrets: []string{secret},
		Receive: func(context.Context, *webhook.Event) error { return errors.New("unused") },
	}
	for _, tt := range []struct {
		name   string
		change func(*webhook.Config)
		arg    string
	}{
		{"no verify token", func(c *webhook.Config) { c.VerifyToken = "" }, "Config.VerifyToken"},
		{"no secret", func(c *webhook.Config) { c.AppSecrets = nil }, "Config.AppSecrets"},
		{"an empty secret", func(c *webhook.Config) { c.AppSecrets = []string{secret, ""} }, "Config.AppSecrets[1]"},
		{"a newline", func(c *webhook.Config) { c.AppSecrets = []string{secret + "\n"} }, "Config.AppSecrets[0]"},
		{"a space", func(c *webhook.Config) { c.AppSecrets = []string{" " + secret} }, "Config.AppSecrets[0]"},
		{"a byte order mark", func(c *webhook.Config) { c.AppSecrets = []string{"\ufeff" + secret} }, "Config.AppSecrets[0]"},
		{"an invisible space", func(c *webhook.Config) { c.AppSecrets = []string{"\u200b"} }, "Config.AppSecrets[0]"},
		{"no receiver", func(c *webhook.Config) { c.Receive = nil }, "Config.Receive"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := good
			tt.change(&c)
			h, err := webhook.NewHandler(c)
			if h != nil {
				t.Error("a handler together with an error")
			}
			clienttest.WantArgument(t, err, tt.arg)
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
}

func TestConfigurationPrintsWithoutSecrets(t *testing.T) {
	c := webhook.Config{
		VerifyToken: "planted-verify-token", AppSecrets: []string{"planted-app-secret"},
		Receive: func(context.Context, *webhook.Event) error { return nil },
	}
	h, err := webhook.NewHandler(c)
	if err != nil {
		t.Fatal(err)
	}
	secrets := append(slices.Clone(c.AppSecrets), c.VerifyToken)
	hidden := struct{ handler *webhook.Handler }{h}
	for _, problem := range clienttest.Leaks(secrets, c, &c, []webhook.Config{c}, h, *h, hidden,
		struct{ h webhook.Handler }{*h}) {
		t.Error(problem)
	}
}

// The handler keeps its own copy of the secrets.
func TestHandlerKeepsItsSecrets(t *testing.T) {
	secrets := []string{secret}
	h, err := webhook.NewHandler(webhook.Config{
		VerifyToken: "x", AppSecrets: secrets, Receive: func(context.Context, *webhook.Event) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	secrets[0] = ""
	s := clienttest.Serve(t, h.ServeHTTP)
	r := &receiver{client: &http.Client{Transport: s.Transport}}
	status, _, _ := r.send(t, http.MethodPost, "", strings.NewReader(emptyBody), emptySum)
	clienttest.Equal(t, "status", status, http.StatusOK)
	if !slices.Equal(secrets, []string{""}) {
		t.Error("the caller's secrets were changed")
	}
}
