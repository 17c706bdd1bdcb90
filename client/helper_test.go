package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

const (
	testToken  = "EAAtoken-of-the-tests_0123456789"
	testSecret = "5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0"
	testGroup  = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
)

// noRetries makes one attempt of each call.
var noRetries = client.WithRetryPolicy(client.RetryPolicy{})

// classes are all sentinels, by name.
var classes = []struct {
	name string
	err  error
}{
	{"ErrInvalidArgument", client.ErrInvalidArgument},
	{"ErrNotSent", client.ErrNotSent},
	{"ErrNotFound", client.ErrNotFound},
	{"ErrUnauthorized", client.ErrUnauthorized},
	{"ErrForbidden", client.ErrForbidden},
	{"ErrInvalidRequest", client.ErrInvalidRequest},
	{"ErrRateLimited", client.ErrRateLimited},
	{"ErrUnavailable", client.ErrUnavailable},
	{"ErrPartial", client.ErrPartial},
	{"ErrMalformedResponse", client.ErrMalformedResponse},
	{"ErrAmbiguous", client.ErrAmbiguous},
	{"ErrUnknown", client.ErrUnknown},
}

// classesOf names all sentinels that err matches. There has to be exactly one.
func classesOf(err error) string {
	var names []string
	for _, c := range classes {
		if errors.Is(err, c.err) {
			names = append(names, c.name)
		}
	}
	return strings.Join(names, " ")
}

func nameOf(class error) string { return classesOf(class) }

// wantClass holds an error to one sentinel and no other; nil wants success.
func wantClass(tb testing.TB, err, class error) {
	tb.Helper()
	if class == nil {
		if err != nil {
			tb.Errorf("error %v, want none", err)
		}
		return
	}
	if got := classesOf(err); got != nameOf(class) {
		tb.Errorf("error %v matches %q, want %s and nothing else", err, got, nameOf(class))
	}
}

// wantArgument holds an error to a refused argument.
func wantArgument(tb testing.TB, err error, arg string) {
	tb.Helper()
	wantClass(tb, err, client.ErrInvalidArgument)
	var argument *client.ArgumentError
	if !errors.As(err, &argument) {
		tb.Fatalf("error %T, want *ArgumentError", err)
	}
	if argument.Arg != arg || argument.Reason == "" {
		tb.Errorf("argument %q refused with %q, want %s and a reason", argument.Arg, argument.Reason, arg)
	}
}

// asError returns the server's report, which there has to be.
func asError(tb testing.TB, err error) *client.Error {
	tb.Helper()
	var e *client.Error
	if !errors.As(err, &e) {
		tb.Fatalf("error %T (%v), want *Error", err, err)
	}
	return e
}

func asDecodeError(tb testing.TB, err error) *client.DecodeError {
	tb.Helper()
	var e *client.DecodeError
	if !errors.As(err, &e) {
		tb.Fatalf("error %T (%v), want *DecodeError", err, err)
	}
	return e
}

func equal[T comparable](tb testing.TB, what string, got, want T) {
	tb.Helper()
	if got != want {
		tb.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}

// An operation is one method of a client, called with good arguments but for the group id.
type operation struct {
	name   string
	method string
	change bool
	call   func(ctx context.Context, c *client.Client, groupID string) error
}

var operations = []operation{
	{"GetGroup", http.MethodGet, false, func(ctx context.Context, c *client.Client, id string) error {
		return outcome(c.GetGroup(ctx, id))
	}},
	{"UpdateGroup", http.MethodPost, true, func(ctx context.Context, c *client.Client, id string) error {
		return outcome(c.UpdateGroup(ctx, id, client.GroupUpdate{Subject: new("Allotment")}))
	}},
	{"SetGroupPhoto", http.MethodPost, true, func(ctx context.Context, c *client.Client, id string) error {
		return outcome(c.SetGroupPhoto(ctx, id, photo()))
	}},
	{"DeleteGroup", http.MethodDelete, true, func(ctx context.Context, c *client.Client, id string) error {
		return outcome(c.DeleteGroup(ctx, id))
	}},
}

func operationNamed(name string) operation {
	for _, op := range operations {
		if op.name == name {
			return op
		}
	}
	panic("no operation " + name)
}

// outcome holds every call to a result or an error, never both and never neither.
func outcome[T any](result *T, err error) error {
	if (result == nil) != (err != nil) {
		return fmt.Errorf("result %v together with error %w", result, err)
	}
	return err
}

// answer always answers the same; the headers are names and values in turn.
func answer(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// success answers every operation with what it expects.
func success(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		answer(http.StatusOK, `{"id":"`+testGroup+`","messaging_product":"whatsapp"}`)(w, r)
		return
	}
	answer(http.StatusOK, `{"success":true,"request_id":"106540352242922"}`)(w, r)
}

// drop reads the request and closes the connection without an answer.
func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// graphError is Graph's envelope of an error with a code.
func graphError(code int) string {
	return fmt.Sprintf(`{"error":{"message":"(#%d) Something","type":"OAuthException","code":%d}}`, code, code)
}

// inTurn answers each request with the next handler, and all further ones with the last.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		i := int(n.Add(1)) - 1
		handlers[min(i, len(handlers)-1)](w, r)
	}
}

// jpegOf is a JPEG as far as its size: the start, a frame header and the end.
func jpegOf(width, height int) []byte {
	return []byte{
		0xff, 0xd8,
		0xff, 0xc0, 0, 11, 8, byte(height >> 8), byte(height), byte(width >> 8), byte(width), 1, 1, 0x11, 0,
		0xff, 0xd9,
	}
}

// jpegOfSize is jpegOf with a comment in front of nothing, n bytes in all.
func jpegOfSize(n int) []byte {
	b := jpegOf(192, 192)
	return append(b, bytes.Repeat([]byte{0x5a}, n-len(b))...)
}

// fastRetries makes n attempts with waits of a nanosecond.
func fastRetries(n int) client.Option {
	return client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: n, BaseDelay: 1, MaxDelay: 1})
}

// photo is a good one.
func photo() *bytes.Reader { return bytes.NewReader(jpegOf(192, 192)) }
