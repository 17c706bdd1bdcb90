package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

const redacted = "[redacted]"

func TestStaticTokenPrintsAsRedacted(t *testing.T) {
	token := client.StaticToken(testToken)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%+q", "%x", "%X", "% x", "%d", "%t", "%60s", "%-60v"} {
		equal(t, verb, fmt.Sprintf(verb, token), redacted)
		equal(t, verb+" of a pointer", fmt.Sprintf(verb, &token), redacted)
	}
	equal(t, "Sprint", fmt.Sprint(token), redacted)
	equal(t, "String", token.String(), redacted)
	equal(t, "LogValue", token.LogValue().String(), redacted)
}

func TestStaticTokenInsideOfOtherValues(t *testing.T) {
	token := client.StaticToken(testToken)
	type config struct {
		Token   client.StaticToken
		Source  client.TokenSource
		Pointer *client.StaticToken `json:"-"`
		List    []client.StaticToken
	}
	value := config{Token: token, Source: token, Pointer: &token, List: []client.StaticToken{token}}
	var text, lines bytes.Buffer
	for _, handler := range []slog.Handler{slog.NewTextHandler(&text, nil), slog.NewJSONHandler(&lines, nil)} {
		slog.New(handler).Info("x", "token", token, "config", value, "pointer", &token, slog.Any("any", token))
	}
	asJSON, err := json.Marshal(value)
	wantClass(t, err, nil)
	asXML, err := xml.Marshal(token)
	wantClass(t, err, nil)
	for where, got := range map[string]string{
		"%v": fmt.Sprintf("%v", value), "%+v": fmt.Sprintf("%+v", value), "%#v": fmt.Sprintf("%#v", value),
		"%v of a map": fmt.Sprintf("%v", map[string]any{"token": token}), "slog text": text.String(),
		"slog JSON": lines.String(), "JSON": string(asJSON), "XML": string(asXML),
	} {
		if strings.Contains(got, testToken) || !strings.Contains(got, redacted) {
			t.Errorf("%s: %s", where, got)
		}
	}
}

var badTokens = []struct{ name, token string }{
	{"empty", ""},
	{"a space inside", "EAAtoken EAAtoken"},
	{"a space in front", " EAAtoken"},
	{"a line break at its end, as files have it", "EAAtoken\n"},
	{"a header split", "EAAtoken\r\nX-Evil: 1"},
	{"a NUL", "EAAtoken\x00"},
	{"a DEL", "EAAtoken\x7f"},
	{"an accent", "EAAtokén"},
	{"a byte order mark", "\ufeffEAAtoken"},
	{"a typographic dash", "EAA\u2013token"},
}

func TestTokenRefusedByNew(t *testing.T) {
	for _, tt := range badTokens {
		t.Run(tt.name, func(t *testing.T) {
			c, err := client.New(client.StaticToken(tt.token))
			if c != nil {
				t.Error("a client together with an error")
			}
			wantArgument(t, err, "token")
			if tt.token != "" && strings.Contains(err.Error(), tt.token) {
				t.Errorf("the token stands in the error: %v", err)
			}
		})
	}
}

func TestTokenRefusedByEveryCall(t *testing.T) {
	for _, tt := range badTokens {
		t.Run(tt.name, func(t *testing.T) {
			c := serveNothing(t).clientOf(tokenFunc(func(context.Context) (string, error) { return tt.token, nil }))
			for _, op := range operations {
				err := op.call(t.Context(), c, testGroup)
				wantArgument(t, err, "token")
				if tt.token != "" && strings.Contains(err.Error(), tt.token) {
					t.Errorf("the token stands in the error: %v", err)
				}
			}
		})
	}
}

type tokenFunc func(context.Context) (string, error)

func (f tokenFunc) Token(ctx context.Context) (string, error) { return f(ctx) }

// goodThen gives the token once, and then what next does.
func goodThen(next func() (string, error)) tokenFunc {
	asked := 0
	return func(context.Context) (string, error) {
		if asked++; asked > 1 {
			return next()
		}
		return testToken, nil
	}
}

func TestTokenAccepted(t *testing.T) {
	var printable strings.Builder
	for c := '!'; c <= '~'; c++ {
		printable.WriteRune(c)
	}
	for _, token := range []string{"x", printable.String(), strings.Repeat("E", 4096)} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			equal(t, "Authorization", r.Header.Get("Authorization"), "Bearer "+token)
			success(w, r)
		})
		_, err := s.clientOf(client.StaticToken(token)).GetGroup(t.Context(), testGroup)
		wantClass(t, err, nil)
	}
}

func TestTokenIsAskedForEveryAttempt(t *testing.T) {
	type key struct{}
	var asked int
	rotating := tokenFunc(func(ctx context.Context) (string, error) {
		equal(t, "value of the context", ctx.Value(key{}), any("caller"))
		asked++
		return fmt.Sprintf("EAAtoken-%d", asked), nil
	})
	var seen []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		answer(http.StatusServiceUnavailable, "")(w, r)
	})
	ctx := context.WithValue(t.Context(), key{}, "caller")
	_, err := s.clientOf(rotating, fastRetries(3)).GetGroup(ctx, testGroup)
	wantClass(t, err, client.ErrUnavailable)
	equal(t, "tokens", strings.Join(seen, ", "), "Bearer EAAtoken-1, Bearer EAAtoken-2, Bearer EAAtoken-3")
}

func TestTokenSourceFails(t *testing.T) {
	reason := errors.New("the vault is sealed")
	c := serveNothing(t).clientOf(tokenFunc(func(context.Context) (string, error) { return "", reason }))
	for _, op := range operations {
		err := op.call(t.Context(), c, testGroup)
		wantClass(t, err, client.ErrNotSent)
		if !errors.Is(err, reason) {
			t.Errorf("%s: the source's error is not in the chain of %v", op.name, err)
		}
		equal(t, "attempts", asError(t, err).Attempts, 0)
	}
}

func TestTokenSourceFailsBeforeSecondAttempt(t *testing.T) {
	reason := errors.New("the vault is sealed")
	for _, tt := range []struct {
		name   string
		second func() (string, error)
	}{
		{"with an error", func() (string, error) { return "", reason }},
		{"with a token that is none", func() (string, error) { return "", nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ts := goodThen(tt.second)
			s := serve(t, answer(http.StatusServiceUnavailable, graphError(2)))
			_, err := s.clientOf(ts, fastRetries(3)).GetGroup(t.Context(), testGroup)
			wantClass(t, err, client.ErrUnavailable)
			e := asError(t, err)
			equal(t, "code of the answer that there was", e.Code, 2)
			equal(t, "attempts", e.Attempts, 1)
			equal(t, "requests", s.requests(), 1)
		})
	}
}
