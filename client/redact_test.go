package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// echoed are what a request holds and what only the app and Graph know.
var echoed = []string{"the token", "the app secret", "the group ID", "the proof"}

// echo repeats some of these in one form, wherever there is room.
func echo(status int, which []string, form func(string) string, body func(leak string) string,
	seen *string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		proof := r.URL.Query().Get("appsecret_proof")
		*seen = proof
		secrets := map[string]string{"the token": clienttest.Token, "the app secret": clienttest.AppSecret,
			"the group ID": clienttest.GroupID, "the proof": proof}
		var leaks []string
		for _, name := range which {
			leaks = append(leaks, form(secrets[name]))
		}
		leak := strings.Join(leaks, " ")
		for name, value := range map[string]string{
			"X-Fb-Trace-Id": leak, "X-Fb-Request-Id": leak, "Facebook-Api-Version": leak, "X-Fb-Rev": leak,
			"Content-Type": "text/html; token=" + leak, "WWW-Authenticate": `OAuth "` + leak + `"`,
			"Retry-After": leak, "X-App-Usage": leak,
			"X-Business-Use-Case-Usage": fmt.Sprintf(`{%q:[{"type":%q}]}`, leak, leak),
			"Location":                  clienttest.PipeURL + "/?x=" + url.QueryEscape(leak),
		} {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body(leak)))
	}
}

func TestServerEchoesSecrets(t *testing.T) {
	t.Parallel()
	success := func(string) string { return `{"id":"x","success":true}` }
	for _, tt := range []struct {
		name   string
		status int
		which  []string
		body   func(leak string) string
	}{
		{"in every text of an error", http.StatusBadRequest, echoed, func(leak string) string {
			return fmt.Sprintf(`{"error":{"message":%[1]q,"type":%[1]q,"code":100,"error_user_title":%[1]q,`+
				`"error_user_msg":%[1]q,"fbtrace_id":%[1]q,"error_data":{"details":%[1]q},"more":%[1]q}}`, leak)
		}},
		{"in an error that is a text", http.StatusInternalServerError, echoed, func(leak string) string {
			return fmt.Sprintf(`{"error":%q}`, leak)
		}},
		{"in an error under 200", http.StatusOK, echoed, func(leak string) string {
			return fmt.Sprintf(`{"error":{"message":%[1]q,"code":190,"error_data":%[1]q}}`, leak)
		}},
		{"in a page", http.StatusBadGateway, echoed, func(leak string) string { return "<html>" + leak }},
		{"in a page under 200", http.StatusOK, echoed, func(leak string) string { return "<html>" + leak }},
		{"in a malformed number", http.StatusOK, echoed, func(leak string) string {
			return fmt.Sprintf(`{"id":"x","creation_timestamp":%q,"request_id":{"x":%q}}`, leak, leak)
		}},
		{"in the target of a redirect", http.StatusFound, echoed, func(leak string) string { return leak }},
		{"in a response that was cut", http.StatusOK, echoed, func(leak string) string { return `{"id":"` + leak }},
		// Each of them alone would fit where a trace ID does.
		{"the token in headers", http.StatusOK, []string{"the token"}, success},
		{"the app secret in headers", http.StatusOK, []string{"the app secret"}, success},
		{"the group ID in headers", http.StatusOK, []string{"the group ID"}, success},
		{"the proof in headers", http.StatusOK, []string{"the proof"}, success},
	} {
		for _, form := range clienttest.Forms {
			t.Run(tt.name+", "+form.Name, func(t *testing.T) {
				var log bytes.Buffer
				var proof string
				s := clienttest.Serve(t, echo(tt.status, tt.which, form.Of, tt.body, &proof))
				c := s.Client(clienttest.NoRetries, client.WithAppSecret(clienttest.AppSecret),
					client.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))),
					client.WithObserver(func(_ context.Context, a client.Attempt) {
						clienttest.WantNoSecret(t, "attempt", fmt.Sprintf("%+v", a), proof)
						clienttest.ScanError(t, a.Err, proof)
					}))
				for _, op := range clienttest.Operations {
					ctx, info := client.WithCallInfo(t.Context())
					err := op.Call(ctx, c, clienttest.GroupID)
					clienttest.Equal(t, op.Name+" succeeds", err == nil, len(tt.which) == 1)
					clienttest.ScanError(t, err, proof)
					clienttest.WantNoSecret(t, "call info", fmt.Sprintf("%+v", *info), proof)
				}
				clienttest.WantNoSecret(t, "log", log.String(), proof)
			})
		}
	}
}

func TestSecretAcrossTheEndOfTheExcerpt(t *testing.T) {
	const kept, begin, line = 4 << 10, 8, len(clienttest.Token) + 1
	for _, body := range []string{
		strings.Repeat(" ", kept-begin) + clienttest.Token,
		// Twice as much is read, and in this one it becomes short enough to be kept.
		strings.Repeat(" ", (2*kept-begin)%line) + strings.Repeat(clienttest.Token+"\n", 2*kept/line+1),
		"x" + strings.Repeat("é", kept),
	} {
		for _, status := range []int{http.StatusOK, http.StatusBadGateway} {
			c := clienttest.Serve(t, clienttest.Respond(status, body)).Client(clienttest.NoRetries)
			_, err := c.GetGroup(t.Context(), clienttest.GroupID)
			got := clienttest.AsError(t, err).Body
			if len(got) > kept || !utf8.Valid(got) {
				t.Errorf("status %d: %d bytes kept, %q", status, len(got), got)
			}
			if strings.Contains(string(got), clienttest.Token[:begin-2]) {
				t.Errorf("status %d: the beginning of the token stands in the excerpt: %q", status, got)
			}
		}
	}
}

// The error of an http.Client prints the URL, with the group ID and the proof.
func TestURLErrorIsTakenApart(t *testing.T) {
	var proof string
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		proof = r.URL.Query().Get("appsecret_proof")
		clienttest.Drop(w, r)
	})
	for _, tt := range []struct {
		name string
		doer client.Doer
	}{
		{"of an http.Client", &http.Client{Transport: s.Transport, Timeout: 1 << 40}},
		{"of a Doer that wraps one", clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
			resp, err := (&http.Client{Transport: s.Transport}).Do(r)
			if err != nil {
				err = fmt.Errorf("tracing: %w", err)
			}
			return resp, err
		})},
		{"of a Doer that quotes the URL", clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
			proof = r.URL.Query().Get("appsecret_proof")
			return nil, fmt.Errorf("no route for %s with %v", r.URL, r.Header)
		})},
		{"of a Doer whose error is a value", clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
			proof = r.URL.Query().Get("appsecret_proof")
			return nil, quotingError{r.URL.String(), r.Header.Get("Authorization")}
		})},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := s.Client(clienttest.NoRetries, client.WithAppSecret(clienttest.AppSecret), client.WithHTTPClient(tt.doer))
			for _, op := range clienttest.Operations {
				err := op.Call(t.Context(), c, clienttest.GroupID)
				if u, ok := errors.AsType[*url.Error](err); ok {
					t.Errorf("%s: a url.Error is in the chain: %v", op.Name, u)
				}
				if err == nil {
					t.Errorf("%s: no error", op.Name)
				}
				clienttest.ScanError(t, err, proof)
			}
		})
	}
}

// A quotingError is a value, so that fmt prints its fields wherever it stands.
type quotingError struct{ url, authorization string }

func (e quotingError) Error() string { return e.url + " with " + e.authorization }
