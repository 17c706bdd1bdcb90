package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"reflect"
	"slices"
	"strings"
)

// cause wraps an error of the network or of a caller's code. Its text holds no secret. [errors.Is] compares with the
// original, except for its class, which the error around it states; everything that calls itself a timeout is
// [context.DeadlineExceeded] too. [errors.As] finds the errors in it that neither print a secret nor lead to a
// *[url.Error], which holds the URL.
func (r *redactor) cause(err error) error {
	if err == nil {
		return nil
	}
	shown := err
	walk(err, func(err error) bool {
		u, ok := err.(*url.Error) //nolint:errorlint // walk goes through the chain
		if ok && u != nil && u.Err != nil {
			shown = u.Err
		}
		return false
	})
	clean := redactor{slices.Clone(r.secrets)} // the call may use its own again
	return &redactedError{
		text: clean.text(textOf(shown)),
		is:   func(target error) bool { return isCause(err, target) },
		as:   func(target any) bool { return clean.as(err, target) },
	}
}

// A redactedError keeps the original in functions, whose content package fmt does not print.
type redactedError struct {
	text string
	is   func(error) bool
	as   func(any) bool
}

func (e *redactedError) Error() string              { return e.text }
func (e *redactedError) Is(target error) bool       { return e.is(target) }
func (e *redactedError) As(target any) bool         { return e.as(target) }
func (e *redactedError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text) }

func isCause(err, target error) (is bool) {
	defer func() { is = recover() == nil && is }() // a method of a typed nil may panic
	if _, ok := target.(ErrorClass); ok {          //nolint:errorlint // the target is not a chain
		return false
	}
	if errors.Is(err, target) {
		return true
	}
	return target == context.DeadlineExceeded && walk(err, isTimeout) //nolint:errorlint // Is compares like this
}

func isTimeout(err error) bool {
	t, ok := err.(interface{ Timeout() bool })
	return ok && t.Timeout()
}

// as is errors.As for what may be shown.
func (r *redactor) as(err error, target any) (found bool) {
	defer func() { found = recover() == nil && found }()
	to := reflect.ValueOf(target).Elem() // errors.As has checked the target
	if _, ok := target.(*ErrorClass); ok {
		return false
	}
	return walk(err, func(err error) bool {
		if reflect.TypeOf(err).AssignableTo(to.Type()) && r.mayShow(err) {
			to.Set(reflect.ValueOf(err))
			return true
		}
		before := reflect.ValueOf(to.Interface())
		if x, ok := err.(interface{ As(any) bool }); ok && x.As(target) {
			if given, ok := reflect.TypeAssert[error](to); ok && r.mayShow(given) {
				return true
			}
			if to.SetZero(); before.IsValid() {
				to.Set(before)
			}
		}
		return false
	})
}

// mayShow reports whether nothing that can be had from err prints a secret.
func (r *redactor) mayShow(err error) bool {
	return !walk(err, func(err error) bool {
		if _, ok := err.(*url.Error); ok { //nolint:errorlint // walk goes through the chain
			return true
		}
		if !isStandard(err) && r.leadsTo(reflect.ValueOf(err), maxDepth) {
			return true
		}
		syntax := fmt.Sprintf("%#v", err)
		bytes := strings.NewReplacer("0x", "", ", ", "").Replace(syntax) // of []byte, as one number
		for _, text := range [...]string{textOf(err), fmt.Sprintf("%v", err), fmt.Sprintf("%+v", err), syntax, bytes} {
			if r.all(text) != text {
				return true
			}
		}
		return false
	})
}

// isStandard reports whether an error is of a package that puts neither requests nor headers into errors.
func isStandard(err error) bool {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return slices.Contains([]string{
		"context", "crypto/tls", "crypto/x509", "errors", "fmt", "io", "io/fs", "net", "os", "syscall",
	}, t.PkgPath())
}

// maxDepth is how far leadsTo follows pointers, fields and elements. What lies deeper is not handed out.
const maxDepth = 6

// leadsTo reports whether a text with a secret, or more than can be looked at, is reachable from v.
func (r *redactor) leadsTo(v reflect.Value, depth int) bool {
	switch v.Kind() {
	case reflect.String:
		return r.all(v.String()) != v.String()
	case reflect.Pointer, reflect.Interface:
		return !v.IsNil() && (depth == 0 || r.leadsTo(v.Elem(), depth-1))
	case reflect.Struct:
		for _, field := range v.Fields() {
			if depth == 0 || r.leadsTo(field, depth-1) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			return v.Kind() == reflect.Slice && r.all(string(v.Bytes())) != string(v.Bytes())
		}
		for i := range v.Len() {
			if depth == 0 || i == 100 || r.leadsTo(v.Index(i), depth-1) {
				return true
			}
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			if depth == 0 || v.Len() > 100 || r.leadsTo(key, depth-1) || r.leadsTo(v.MapIndex(key), depth-1) {
				return true
			}
		}
	}
	return false
}

// walk calls visit for err and the errors that it wraps, until visit returns true.
func walk(err error, visit func(error) bool) bool {
	if err == nil {
		return false
	}
	if visit(err) {
		return true
	}
	return slices.ContainsFunc(unwrap(err), func(err error) bool { return walk(err, visit) })
}

func unwrap(err error) (wrapped []error) {
	defer func() { _ = recover() }() // as in isCause
	switch x := err.(type) {         //nolint:errorlint // this is how a chain is followed
	case interface{ Unwrap() error }:
		return []error{x.Unwrap()}
	case interface{ Unwrap() []error }:
		return x.Unwrap()
	}
	return nil
}

// textOf is the error's text, also where its method panics.
func textOf(err error) (text string) {
	defer func() {
		if recover() != nil {
			text = fmt.Sprintf("a %T that cannot be printed", err)
		}
	}()
	return err.Error()
}
