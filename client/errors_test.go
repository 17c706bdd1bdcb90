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
			"everything that Graph says", answer(400, full), nil,
			"wagroups: GetGroup: group not found: (#131041) No group: Not a member. " +
				"(HTTP status 400, code 131041, subcode 7, trace id Atrace)",
		},
		{
			"attempts and the wait that was asked for", answer(503, "", "Retry-After", "1.5"), []client.Option{fastRetries(1)},
			"wagroups: GetGroup: unavailable: the server gave no reason (HTTP status 503, retry after 1.5s)",
		},
		{
			"several attempts", answer(503, ""), []client.Option{fastRetries(3)},
			"wagroups: GetGroup: unavailable: the server gave no reason (HTTP status 503, 3 attempts)",
		},
		{
			"an answer that makes no sense", answer(200, "<html>", "Content-Type", "text/html", "X-Fb-Trace-Id", "Atrace"),
			[]client.Option{fastRetries(2)},
			"wagroups: GetGroup: malformed response: invalid character '<' looking for beginning of value " +
				"(HTTP status 200, text/html, 2 attempts, trace id Atrace)",
		},
		{
			"an answer without a label", func(w http.ResponseWriter, _ *http.Request) {
				w.Header()["Content-Type"] = nil
				_, _ = w.Write([]byte("{}"))
			}, []client.Option{noRetries},
			"wagroups: GetGroup: malformed response: the answer has no id (HTTP status 200)",
		},
		{
			"lines and control characters", answer(400, `{"error":{"message":"a\r\nb\u0000c\u001b[31md\u007f","code":100}}`),
			nil, "wagroups: GetGroup: invalid request: a  b c [31md  (HTTP status 400, code 100)",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := serve(t, tt.handler).client(tt.opts...).GetGroup(t.Context(), testGroup)
			if err == nil {
				t.Fatal("no error")
			}
			equal(t, "text", err.Error(), tt.want)
		})
	}
}

func TestErrorWithACause(t *testing.T) {
	reason := errors.New("no route to host")
	c, err := client.New(client.StaticToken(testToken), noRetries,
		client.WithHTTPClient(doerFunc(func(*http.Request) (*http.Response, error) { return nil, reason })))
	wantClass(t, err, nil)
	for _, op := range operations {
		err := op.call(t.Context(), c, testGroup)
		switch op.name {
		case "GetGroup":
			wantClass(t, err, client.ErrUnavailable)
		case "DeleteGroup":
			wantClass(t, err, client.ErrAmbiguous)
		default: // nobody has read the body
			wantClass(t, err, client.ErrNotSent)
		}
		if !errors.Is(err, reason) || !strings.Contains(err.Error(), reason.Error()) {
			t.Errorf("%s: the cause is not in %v", op.name, err)
		}
		if asError(t, err).Body != nil {
			t.Errorf("%s: a body without an answer", op.name)
		}
	}
}

type networkError struct{ host string }

func (e *networkError) Error() string { return "cannot reach " + e.host }

func TestCauseCanBeTakenOut(t *testing.T) {
	c, err := client.New(client.StaticToken(testToken), noRetries,
		client.WithHTTPClient(doerFunc(func(*http.Request) (*http.Response, error) { return nil, &networkError{"graph"} })))
	wantClass(t, err, nil)
	_, err = c.GetGroup(t.Context(), testGroup)
	var cause *networkError
	if !errors.As(err, &cause) || cause.host != "graph" {
		t.Errorf("errors.As does not find the cause of %v", err)
	}
}

func TestArgumentErrorText(t *testing.T) {
	_, err := serveNothing(t).client().GetGroup(t.Context(), "")
	equal(t, "text", err.Error(), "wagroups: groupID: must not be empty")
}

func TestContextErrors(t *testing.T) {
	for _, op := range operations {
		t.Run(op.name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			err := op.call(ctx, serveNothing(t).client(), testGroup)
			wantClass(t, err, client.ErrNotSent)
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v does not match context.Canceled", err)
			}
			equal(t, "attempts", asError(t, err).Attempts, 0)
		})
		t.Run(op.name+" under way", func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				cancel()
				stall(w, r)
			})
			err := op.call(ctx, s.client(), testGroup)
			if op.change {
				wantClass(t, err, client.ErrAmbiguous)
			} else {
				wantClass(t, err, client.ErrUnavailable)
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%v does not match context.Canceled", err)
			}
			equal(t, "attempts", asError(t, err).Attempts, 1)
		})
	}
}

// Each sentinel stands for itself.
func TestSentinelsDiffer(t *testing.T) {
	for _, c := range classes {
		equal(t, "classes of "+c.name, classesOf(c.err), c.name)
	}
}

// Errors of the caller's own code do not bring a second class along.
func TestCauseWithAClassOfItsOwn(t *testing.T) {
	inner := &client.ArgumentError{Arg: "x", Reason: "y"}
	for _, tt := range []struct {
		name string
		ts   client.TokenSource
		opt  client.Option
	}{
		{
			"a token source that calls a client itself",
			tokenFunc(func(context.Context) (string, error) { return "", inner }), client.WithLimiter(nil),
		},
		{
			"a limiter that calls a client itself",
			client.StaticToken(testToken), client.WithLimiter(limiterFunc(func(context.Context) error { return inner })),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := serveNothing(t).clientOf(tt.ts, tt.opt).GetGroup(t.Context(), testGroup)
			wantClass(t, err, client.ErrNotSent)
		})
	}
}

func TestClass(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^\t(Err\w+) += errors\.New`).FindAllStringSubmatch(file(t, "errors.go"), -1)
	if len(declared) != len(classes) {
		t.Fatalf("%d classes are declared and %d tested", len(declared), len(classes))
	}
	var texts []string
	for i, c := range classes {
		texts = append(texts, c.err.Error())
		equal(t, "name", c.name, declared[i][1])
		if got := client.Class(fmt.Errorf("renaming: %w", c.err)); !errors.Is(got, c.err) || errors.Unwrap(got) != nil {
			t.Errorf("an error that wraps %s has the class %v", c.name, got)
		}
	}
	// Metrics of users bear these texts: they must not change.
	equal(t, "texts", strings.Join(texts, ", "), "invalid argument, request not sent, group not found, unauthorized, "+
		"forbidden, invalid request, rate limited, unavailable, partially carried out, malformed response, "+
		"outcome unknown, unknown failure")
	if client.Class(nil) != nil || client.Class(context.Canceled) != nil {
		t.Error("what is no error of the package has a class")
	}
}
