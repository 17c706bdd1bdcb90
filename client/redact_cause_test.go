package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A carrier is an error of a caller's code, with a field that only some verbs print.
type carrier struct {
	text  string
	bytes []byte
	inner error
	more  any
}

func (e *carrier) Error() string { return e.text }
func (e *carrier) Unwrap() error { return e.inner }

// A generous one gives away more than it prints.
type generous struct{ inner *carrier }

func (generous) Error() string { return "nothing to see" }

func (e generous) As(target any) bool {
	c, ok := target.(**carrier)
	if ok {
		*c = e.inner
	}
	return ok
}

type panicking struct{}

func (*panicking) Error() string { panic("the token is " + clienttest.Token) }

// nested is nothing in nine wrappings.
func nested(wrap func(inner any) any) (v any) {
	for range 9 {
		v = wrap(v)
	}
	return v
}

func TestErrorsInsideOfACause(t *testing.T) {
	const token = clienttest.Token
	type ring struct{ next *ring }
	loop := new(ring)
	loop.next = loop
	many := map[int]bool{}
	for i := range 101 {
		many[i] = true
	}
	clean := &carrier{text: "clean"}
	for _, tt := range []struct {
		name  string
		err   error
		text  string
		shown bool // as a *carrier
	}{
		{"clean", fmt.Errorf("outer: %w", clean), "outer: clean", true},
		{"beside one that is not", errors.Join(&carrier{text: token}, clean), "[redacted]\nclean", true},
		{"in a url.Error", &url.Error{Op: "Get", URL: "https://x/" + token, Err: clean}, "clean", true},
		{"a text", &carrier{text: "bad " + token}, "bad [redacted]", false},
		{"a field", &carrier{text: "bad", inner: io.EOF, bytes: []byte(token)}, "bad", false},
		{"a pointer in a list", &carrier{text: "bad", more: []any{1, new(token)}}, "bad", false},
		{"a pointer to bytes", &carrier{text: "bad", more: new([]byte(token))}, "bad", false},
		{"a pointer in a map", &carrier{text: "bad", more: map[int]any{1: new(token)}}, "bad", false},
		{"a pointer as the key of a map", &carrier{text: "bad", more: map[any]int{new(token): 1}}, "bad", false},
		{"clean values", &carrier{text: "fine", more: []any{"x", [2]byte{1, 2}, map[int]string{1: "y"}, make([]int, 100)}},
			"fine", true},
		{"a list that is too long", &carrier{text: "bad", more: make([]int, 101)}, "bad", false},
		{"a map that is too long", &carrier{text: "bad", more: many}, "bad", false},
		{"a ring", &carrier{text: "bad", more: loop}, "bad", false},
		{"deep lists", &carrier{text: "bad", more: nested(func(v any) any { return []any{v} })}, "bad", false},
		{"deep maps", &carrier{text: "bad", more: nested(func(v any) any { return map[int]any{1: v} })}, "bad", false},
		{"a url.Error in it", &carrier{text: "bad", inner: &url.Error{URL: "https://x/", Err: io.EOF}}, "EOF", false},
		{"a secret in it", &carrier{text: "bad", inner: errors.New(token)}, "bad", false},
		{"a method As that returns a secret", generous{&carrier{text: token}}, "nothing to see", false},
		{"a method As that returns a clean one", generous{clean}, "nothing to see", true},
		{"a typed nil", (*carrier)(nil), "a *client_test.carrier that cannot be printed", true},
		{"a text that panics", new(panicking), "a *client_test.panicking that cannot be printed", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := client.RedactCause(tt.err, token)
			clienttest.Equal(t, "text", err.Error(), tt.text)
			c, ok := errors.AsType[*carrier](err)
			clienttest.Equal(t, "shown", ok, tt.shown)
			clienttest.Equal(t, "set", c != nil, tt.shown && tt.name != "a typed nil")
			if _, ok := errors.AsType[*url.Error](err); ok {
				t.Error("a url.Error was found")
			}
			clienttest.Equal(t, "the original", errors.Is(err, tt.err), true)
			clienttest.ScanError(t, err)
			verb := "%s" // under which fmt looks into what is not exported
			clienttest.WantNoSecret(t, "a field", fmt.Sprintf(verb, struct{ e any }{err}))
		})
	}
}

func TestTimeoutsOfCauses(t *testing.T) {
	for _, tt := range []struct {
		name string
		err  error
		want bool
	}{
		{"a timeout of the network", fmt.Errorf("oh: %w", &net.OpError{Err: &net.DNSError{IsTimeout: true}}), true},
		{"a context's", context.DeadlineExceeded, true},
		{"another error of the network", &net.OpError{Op: "dial", Err: io.EOF}, false},
		{"a cancelled context", context.Canceled, false},
		{"a typed nil", (*net.OpError)(nil), false},
	} {
		err := client.RedactCause(tt.err)
		clienttest.Equal(t, tt.name, errors.Is(err, context.DeadlineExceeded), tt.want)
	}
}
