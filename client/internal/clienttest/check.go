// Package clienttest is the rig that the tests of package client stand on: servers on pipes in memory, planted secrets
// and the search for them, the table of all operations, photos, and comparisons.
package clienttest

import (
	"errors"
	"os"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client"
)

// Main runs the tests of a package and fails if one leaves a goroutine behind, and with it a connection.
func Main(m *testing.M) {
	// After a response to a request that it has not read to its end, net/http's server lingers for half a second.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}

// Classes are all classes of errors, by name.
var Classes = []struct {
	Name string
	Err  error
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

// ClassesOf names all classes that err matches. It must be exactly one.
func ClassesOf(err error) string {
	var names []string
	for _, c := range Classes {
		if errors.Is(err, c.Err) {
			names = append(names, c.Name)
		}
	}
	return strings.Join(names, " ")
}

// WantClass fails the test unless err matches one class and no other; nil wants success.
func WantClass(tb testing.TB, err, class error) {
	tb.Helper()
	if class == nil {
		if err != nil {
			tb.Errorf("error %v, want nil", err)
		}
		return
	}
	if got := ClassesOf(err); got != ClassesOf(class) {
		tb.Errorf("error %v matches %q, want %s and nothing else", err, got, ClassesOf(class))
	}
}

// WantArgument fails the test unless err says that an argument was refused, and why, without a secret.
func WantArgument(tb testing.TB, err error, arg string) {
	tb.Helper()
	ScanError(tb, err)
	WantClass(tb, err, client.ErrInvalidArgument)
	argument, ok := errors.AsType[*client.ArgumentError](err)
	if !ok {
		tb.Fatalf("error %T, want *ArgumentError", err)
	}
	if argument.Arg != arg || argument.Reason == "" {
		tb.Errorf("argument %q refused with %q, want %s and a reason", argument.Arg, argument.Reason, arg)
	}
}

// WantNoClient fails the test unless New refuses the options.
func WantNoClient(tb testing.TB, arg string, opts ...client.Option) {
	tb.Helper()
	c, err := client.New(client.StaticToken(Token), opts...)
	if c != nil {
		tb.Error("a client together with an error")
	}
	WantArgument(tb, err, arg)
}

// AsError returns the *Error in err, and ends the test if there is no such error.
func AsError(tb testing.TB, err error) *client.Error {
	tb.Helper()
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		tb.Fatalf("error %T (%v), want *Error", err, err)
	}
	return e
}

// Equal fails the test unless got is want.
func Equal[T comparable](tb testing.TB, what string, got, want T) {
	tb.Helper()
	if got != want {
		tb.Errorf("%s: got %#v, want %#v", what, got, want)
	}
}

// ReadFile returns a file's text.
func ReadFile(tb testing.TB, name string) string {
	tb.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		tb.Fatal(err)
	}
	return string(data)
}
