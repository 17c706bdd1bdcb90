package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestErrorTexts(t *testing.T) {
	full := `{"error":{"message":"(#131041) No group","type":"OAuthException","code":131041,"error_subcode":7,` +
		`"fbtrace_id":"Atrace","error_data":{"details":"Not a member."}}}`
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		opts    []client.Option
		want    string
	}{
		{
			"everything that Graph says", clienttest.Respond(400, full), nil,
			"wagroups: GetGroup: group not found: (#131041) No group: Not a member. " +
				"(HTTP status 400, code 131041, subcode 7, trace ID Atrace)",
		},
		{
			"attempts and the wait that was asked for", clienttest.Respond(503, "", "Retry-After", "1.5"),
			[]client.Option{clienttest.FastRetries(1)},
			"wagroups: GetGroup: unavailable: the server gave no reason (HTTP status 503, retry after 1.5s)",
		},
		{
			"several attempts", clienttest.Respond(503, ""), []client.Option{clienttest.FastRetries(3)},
			"wagroups: GetGroup: unavailable: the server gave no reason (HTTP status 503, 3 attempts)",
		},
		{
			"a response that makes no sense",
			clienttest.Respond(200, "<html>", "Content-Type", "text/html", "X-Fb-Trace-Id", "Atrace"),
			[]client.Option{clienttest.FastRetries(2)},
			"wagroups: GetGroup: malformed response: the response is not valid JSON " +
				"(HTTP status 200, text/html, 2 attempts, trace ID Atrace)",
		},
		{
			"a response without a label", func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = nil
				_, _ = w.Write([]byte("{}"))
			}, []client.Option{clienttest.NoRetries},
			"wagroups: GetGroup: malformed response: id: missing or empty (HTTP status 200)",
		},
		{
			"no such object", clienttest.Respond(400, `{"error":{"message":"m","code":100,"error_subcode":33}}`), nil,
			"wagroups: GetGroup: group not found: m: the group does not exist, or the token lacks the permission to see it " +
				"(HTTP status 400, code 100, subcode 33)",
		},
		{
			"lines and control characters", clienttest.Respond(400, `{"error":{"message":"a\r\nb\u0000c\u001b[31md\u007f","code":100}}`),
			nil, "wagroups: GetGroup: invalid request: a  b c [31md  (HTTP status 400, code 100)",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := clienttest.Serve(t, tt.handler).Client(tt.opts...).GetGroup(t.Context(), clienttest.GroupID)
			if err == nil {
				t.Fatal("no error")
			}
			clienttest.Equal(t, "text", err.Error(), tt.want)
		})
	}
}

func TestErrorWithACause(t *testing.T) {
	reason := errors.New("no route to host")
	c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries,
		client.WithHTTPClient(clienttest.DoerFunc(func(*http.Request) (*http.Response, error) { return nil, reason })))
	clienttest.WantClass(t, err, nil)
	for _, op := range clienttest.Operations {
		err := op.Call(t.Context(), c, clienttest.GroupID)
		switch op.Name {
		case "GetGroup":
			clienttest.WantClass(t, err, client.ErrUnavailable)
		case "DeleteGroup":
			clienttest.WantClass(t, err, client.ErrAmbiguous)
		default: // the body was not read
			clienttest.WantClass(t, err, client.ErrNotSent)
		}
		if !errors.Is(err, reason) || !strings.Contains(err.Error(), reason.Error()) {
			t.Errorf("%s: the cause is not in %v", op.Name, err)
		}
		if clienttest.AsError(t, err).Body != nil {
			t.Errorf("%s: a body without a response", op.Name)
		}
	}
}

// Where the caller's own code fails nothing is tried, so nothing is observed. Its error can be found, but no class that
// it brings along.
func TestCallersCodeFails(t *testing.T) {
	fail := func(err error) (client.TokenSource, client.Option) {
		return clienttest.TokenFunc(func(context.Context) (string, error) { return "", err }), nil
	}
	refuse := func(err error) (client.TokenSource, client.Option) {
		return client.StaticToken(clienttest.Token),
			client.WithLimiter(clienttest.LimiterFunc(func(context.Context) error { return err }))
	}
	unobserved := client.WithObserver(func(_ context.Context, a client.Attempt) { t.Errorf("%+v", a) })
	for _, tt := range []struct {
		name string
		code func(error) (client.TokenSource, client.Option)
		says string
	}{
		{"a token source", fail, "the token source returned an error: "},
		{"a limiter", refuse, "the limiter returned an error: "},
	} {
		for _, reason := range []error{
			errors.New("rate: Wait(n=1) would exceed context deadline"), context.DeadlineExceeded,
			&client.ArgumentError{Arg: "x", Reason: "of a client that it calls itself"},
		} {
			t.Run(tt.name+", "+reason.Error(), func(t *testing.T) {
				ts, opt := tt.code(reason)
				c := clienttest.ServeNothing(t).ClientOf(ts, opt, unobserved)
				for _, op := range clienttest.Operations {
					err := op.Call(t.Context(), c, clienttest.GroupID)
					clienttest.WantClass(t, err, client.ErrNotSent)
					clienttest.Equal(t, "attempts", clienttest.AsError(t, err).Attempts, 0)
					if !errors.Is(err, reason) || !strings.Contains(err.Error(), tt.says+reason.Error()) {
						t.Errorf("%s: %v, want %s%v", op.Name, err, tt.says, reason)
					}
					isDeadline := errors.Is(reason, context.DeadlineExceeded)
					clienttest.Equal(t, "deadline exceeded", errors.Is(err, context.DeadlineExceeded), isDeadline)
					for _, inner := range clienttest.AsError(t, err).Unwrap() {
						if class, ok := errors.AsType[client.ErrorClass](inner); ok && class != client.ErrNotSent {
							t.Errorf("the class %v can be had from the error", class)
						}
					}
				}
			})
		}
	}
}

func TestClass(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^\t(Err\w+) ErrorClass = `).FindAllStringSubmatch(clienttest.ReadFile(t, "errors.go"), -1)
	if len(declared) != len(clienttest.Classes) {
		t.Fatalf("%d classes are declared and %d tested", len(declared), len(clienttest.Classes))
	}
	var texts []string
	for i, c := range clienttest.Classes {
		texts = append(texts, c.Err.Error())
		clienttest.Equal(t, "name", c.Name, declared[i][1])
		if got := client.Class(fmt.Errorf("renaming: %w", c.Err)); !errors.Is(got, c.Err) {
			t.Errorf("an error that wraps %s has the class %v", c.Name, got)
		}
	}
	// Metrics of users bear these texts: they must not change.
	clienttest.Equal(t, "texts", strings.Join(texts, ", "),
		"invalid argument, request not sent, group not found, unauthorized, "+
			"forbidden, invalid request, rate limited, unavailable, partially carried out, malformed response, "+
			"outcome unknown, unknown failure")
	if client.Class(nil) != "" || client.Class(context.Canceled) != "" {
		t.Error("what is no error of the package has a class")
	}
}
