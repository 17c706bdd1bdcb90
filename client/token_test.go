package client_test

import (
	"bytes"
	"context"
	"encoding/gob"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

const redacted = "[redacted]"

func TestStaticTokenPrintsAsRedacted(t *testing.T) {
	token := client.StaticToken(clienttest.Token)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%+q", "%x", "%X", "% x", "%d", "%t", "%60s", "%-60v"} {
		clienttest.Equal(t, verb, fmt.Sprintf(verb, token), redacted)
		clienttest.Equal(t, verb+" of a pointer", fmt.Sprintf(verb, &token), redacted)
	}
	clienttest.Equal(t, "Sprint", fmt.Sprint(token), redacted)
	clienttest.Equal(t, "String", token.String(), redacted)
	clienttest.Equal(t, "LogValue", token.LogValue().String(), redacted)
}

func TestStaticTokenInsideOfOtherValues(t *testing.T) {
	token := client.StaticToken(clienttest.Token)
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
	clienttest.WantClass(t, err, nil)
	asXML, err := xml.Marshal(token)
	clienttest.WantClass(t, err, nil)
	for where, got := range map[string]string{
		"%v": fmt.Sprintf("%v", value), "%+v": fmt.Sprintf("%+v", value), "%#v": fmt.Sprintf("%#v", value),
		"%v of a map": fmt.Sprintf("%v", map[string]any{"token": token}), "slog text": text.String(),
		"slog JSON": lines.String(), "JSON": string(asJSON), "XML": string(asXML),
	} {
		if strings.Contains(got, clienttest.Token) || !strings.Contains(got, redacted) {
			t.Errorf("%s: %s", where, got)
		}
	}
}

// What the documentation says remains: a change of Go, or of StaticToken, should change it.
func TestStaticTokenShows(t *testing.T) {
	const token = client.StaticToken(clienttest.Token)
	var asGob bytes.Buffer
	clienttest.WantClass(t, gob.NewEncoder(&asGob).Encode(token), nil)
	pointer, wrapping := "%p", "%w"
	shown := map[string]string{
		"%p": fmt.Sprintf(pointer, token), "%w": fmt.Errorf(wrapping, token).Error(), "gob": asGob.String(),
		"an unexported field": fmt.Sprint(struct{ token client.StaticToken }{token}),
	}
	for where, got := range shown {
		if !strings.Contains(got, clienttest.Token) {
			t.Errorf("%s: %s", where, got)
		}
	}
}

// badSecrets are neither tokens nor app secrets, and says is what the error says.
var badSecrets = []struct{ name, secret, says string }{
	{"empty", "", "must not be empty"},
	{"a space inside", "EAAtoken EAAtoken", "character 9"},
	{"a space in front", " EAAtoken", "character 1"},
	{"a tab at its end", "EAAtoken\t", "character 9"},
	{"a line break at its end, as files have it", "EAAtoken\n", "ends with a line break"},
	{"a line break of Windows", "EAAtoken\r\n", "ends with a line break"},
	{"a header split", "EAAtoken\r\nX-Evil: 1", "character 9"},
	{"a NUL", "EAAtoken\x00", "character 9"},
	{"a DEL", "EAAtoken\x7f", "character 9"},
	{"an accent", "EAAtokén", "character 7"},
	{"a byte order mark", "\ufeffEAAtoken", "starts with a byte order mark"},
	{"a typographic dash", "EAA\u2013token", "character 4"},
	{"quotes, as files of settings have them", `"EAAtoken"`, "character 1"},
	{"single quotes", "'EAAtoken'", "character 1"},
	{"a backquote at its end", "EAAtoken`", "character 9"},
	{"typographic quotes", "\u201cEAAtoken\u201d", "character 1"},
}

func TestBadSecrets(t *testing.T) {
	for _, tt := range badSecrets {
		t.Run(tt.name, func(t *testing.T) {
			tenant := clienttest.ServeNothing(t).Client()
			for arg, try := range map[string]func() (*client.Client, error){
				"token": func() (*client.Client, error) { return client.New(client.StaticToken(tt.secret)) },
				"WithAppSecret": func() (*client.Client, error) {
					return client.New(client.StaticToken(clienttest.Token), client.WithAppSecret(tt.secret))
				},
				"token of WithTokenSource": func() (*client.Client, error) {
					return tenant.WithTokenSource(client.StaticToken(tt.secret))
				},
			} {
				c, err := try()
				if c != nil {
					t.Error("a client together with an error")
				}
				clienttest.WantArgument(t, err, strings.Fields(arg)[0])
				wantReason(t, err, tt.secret, tt.says)
			}
			c := clienttest.ServeNothing(t).
				ClientOf(clienttest.TokenFunc(func(context.Context) (string, error) { return tt.secret, nil }))
			for _, op := range clienttest.Operations {
				err := op.Call(t.Context(), c, clienttest.GroupID)
				clienttest.WantArgument(t, err, "token")
				wantReason(t, err, tt.secret, tt.says)
			}
		})
	}
}

// wantReason holds an error about a secret to what it says, and to keep the secret.
func wantReason(t *testing.T, err error, secret, says string) {
	t.Helper()
	if !strings.Contains(err.Error(), says) {
		t.Errorf("error %v, want %q", err, says)
	}
	if secret != "" && strings.Contains(err.Error(), strings.Trim(secret, "\ufeff\r\n")) {
		t.Errorf("the secret stands in the error: %v", err)
	}
}

func TestTokenAccepted(t *testing.T) {
	var printable strings.Builder
	for c := '!'; c <= '~'; c++ {
		if !strings.ContainsRune("\"'`", c) {
			printable.WriteRune(c)
		}
	}
	for _, token := range []string{"x", printable.String(), strings.Repeat("E", 4096)} {
		s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			clienttest.Equal(t, "Authorization", r.Header.Get("Authorization"), "Bearer "+token)
			clienttest.Success(w, r)
		})
		_, err := s.ClientOf(client.StaticToken(token)).GetGroup(t.Context(), clienttest.GroupID)
		clienttest.WantClass(t, err, nil)
	}
}

func TestTokenIsAskedForEveryAttempt(t *testing.T) {
	type key struct{}
	var asked int
	var earlier context.Context
	rotating := clienttest.TokenFunc(func(ctx context.Context) (string, error) {
		if earlier != nil {
			clienttest.WantClass(t, earlier.Err(), nil) // it is the call's
		}
		earlier = ctx
		clienttest.Equal(t, "value of the context", ctx.Value(key{}), any("caller"))
		asked++
		return fmt.Sprintf("EAAtoken-%d", asked), nil
	})
	var seen []string
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Header.Get("Authorization"))
		clienttest.Respond(http.StatusServiceUnavailable, "")(w, r)
	})
	ctx := context.WithValue(t.Context(), key{}, "caller")
	_, err := s.ClientOf(rotating, clienttest.FastRetries(3)).GetGroup(ctx, clienttest.GroupID)
	clienttest.WantClass(t, err, client.ErrUnavailable)
	clienttest.Equal(t, "tokens", strings.Join(seen, ", "), "Bearer EAAtoken-1, Bearer EAAtoken-2, Bearer EAAtoken-3")
}

// What a token source does between two attempts changes neither the class of what the server has said nor what is
// redacted in it.
func TestTokenSourceBetweenAttempts(t *testing.T) {
	const second = "EAAsecond-token-of-the-tests_9876543210"
	for _, tt := range []struct {
		name     string
		then     func() (string, error) // what the second attempt gets
		class    error
		code     int // of the last response
		attempts int
	}{
		{"another token", func() (string, error) { return second, nil }, client.ErrInvalidRequest, 100, 2},
		{"an empty token", func() (string, error) { return "", nil }, client.ErrUnavailable, 2, 1},
		{"a token with a line break", func() (string, error) { return second + "\n", nil }, client.ErrUnavailable, 2, 1},
		{"an error", func() (string, error) { return "", errors.New("the vault is sealed") }, client.ErrUnavailable, 2, 1},
		{"an error of this package", func() (string, error) {
			return "", fmt.Errorf("no token: %w", client.ErrUnauthorized)
		}, client.ErrUnavailable, 2, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			s := clienttest.Serve(t, clienttest.InTurn(
				clienttest.Respond(503, `{"error":{"message":"`+clienttest.Token+`","code":2}}`),
				clienttest.Respond(400, `{"error":{"message":"`+clienttest.Token+`","error_data":"`+second+`","code":100}}`),
			))
			_, err := s.ClientOf(clienttest.TokenFunc(func(context.Context) (string, error) {
				if asked++; asked > 1 {
					return tt.then()
				}
				return clienttest.Token, nil
			}), clienttest.FastRetries(3)).GetGroup(t.Context(), clienttest.GroupID)
			clienttest.WantClass(t, err, tt.class)
			clienttest.Equal(t, "code", clienttest.AsError(t, err).Code, tt.code)
			clienttest.Equal(t, "attempts", clienttest.AsError(t, err).Attempts, tt.attempts)
			clienttest.Equal(t, "requests", s.Requests(), tt.attempts)
			clienttest.ScanError(t, err, second)
		})
	}
}
