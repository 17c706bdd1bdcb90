package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/wagroups/wagroups-go/client"
)

// The exit codes, as the help of the command lists them.
const (
	exitOK = iota
	exitOther
	exitUsage
	exitNotFound
	exitUnauthorized
	exitRateLimited
	exitSafe
	exitMayHaveRun
)

// failure is what this command itself finds wrong.
type failure struct {
	code int
	text string
}

func (f *failure) Error() string { return f.text }

// badInput reports a command line or a file that cannot be used.
func badInput(format string, args ...any) error {
	return &failure{code: exitUsage, text: fmt.Sprintf(format, args...)}
}

func exitCode(err error) int {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.code
	}
	if mayHaveRun(err) {
		return exitMayHaveRun
	}
	if errors.Is(err, context.Canceled) {
		return exitOther
	}
	switch client.Class(err) {
	case client.ErrInvalidArgument:
		return exitUsage
	case client.ErrNotFound:
		return exitNotFound
	case client.ErrUnauthorized, client.ErrForbidden:
		return exitUnauthorized
	case client.ErrRateLimited:
		return exitRateLimited
	case client.ErrUnavailable, client.ErrNotSent:
		return exitSafe
	}
	return exitOther
}

// mayHaveRun reports whether err leaves open that a change was carried out, or a part of it.
func mayHaveRun(err error) bool {
	switch client.Class(err) {
	case client.ErrAmbiguous, client.ErrPartial:
		return true
	case client.ErrUnavailable:
		return operation(err) != opGet
	}
	return false
}

const opGet, opUpdate, opPhoto, opDelete = "GetGroup", "UpdateGroup", "SetGroupPhoto", "DeleteGroup"

// operation is the method of package client that failed.
func operation(err error) string {
	if e, ok := errors.AsType[*client.Error](err); ok {
		return e.Op
	}
	return ""
}
