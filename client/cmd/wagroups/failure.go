package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

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
	exitUnavailable
)

// failure is what this command itself finds wrong.
type failure struct {
	code      int
	showUsage bool
	text      string
}

func (f *failure) Error() string { return f.text }

// badInput reports a file that cannot be used.
func badInput(format string, args ...any) error {
	return &failure{code: exitUsage, text: fmt.Sprintf(format, args...)}
}

// report writes one line about err, after a mistake in the command line the usage too, and returns the exit code.
func (a *app) report(cmd *cobra.Command, err error) int {
	a.complain(explain(err))
	if f, ok := errors.AsType[*failure](err); ok && f.showUsage {
		_, _ = fmt.Fprintf(a.Err, "\n%s", cmd.UsageString())
	}
	return exitCode(err)
}

// complain writes one line about a failure.
func (a *app) complain(text string) {
	name := "wagroups:"
	if a.styled(a.Err) {
		name = red(name)
	}
	_, _ = fmt.Fprintln(a.Err, name, text)
}

func exitCode(err error) int {
	if f, ok := errors.AsType[*failure](err); ok {
		return f.code
	}
	switch {
	case mayHaveRun(err):
		return exitUnavailable
	case errors.Is(err, context.Canceled):
		return exitOther
	case errors.Is(err, client.ErrInvalidArgument):
		return exitUsage
	case errors.Is(err, client.ErrNotFound):
		return exitNotFound
	case errors.Is(err, client.ErrUnauthorized), errors.Is(err, client.ErrForbidden):
		return exitUnauthorized
	case errors.Is(err, client.ErrRateLimited):
		return exitRateLimited
	case errors.Is(err, client.ErrUnavailable), errors.Is(err, client.ErrNotSent):
		return exitUnavailable
	}
	return exitOther
}

// explain says in one line what happened and what to do about it.
func explain(err error) string {
	if !mayHaveRun(err) && errors.Is(err, context.Canceled) {
		return "interrupted; nothing was changed"
	}
	text := err.Error()
	if argument, ok := errors.AsType[*client.ArgumentError](err); ok {
		text = typedName(argument.Arg) + ": " + argument.Reason
	}
	text = strings.TrimPrefix(text, "wagroups: ")
	if advice := advise(err); advice != "" {
		text += "; " + advice
	}
	return printable(text)
}

// typedName is what somebody at a command line knows an argument of package client as.
func typedName(arg string) string {
	switch arg {
	case "groupID":
		return "ID"
	case "jpeg":
		return "FILE"
	case "fields":
		return "--fields"
	case "GroupUpdate.Subject":
		return "--subject"
	case "GroupUpdate.Description":
		return "--description"
	case "WithBaseURL":
		return "--base-url or " + envBaseURL
	case "WithAPIVersion":
		return "--api-version"
	case "WithTimeout":
		return "--timeout"
	case "token":
		return envToken
	}
	return arg
}

func advise(err error) string {
	switch {
	case mayHaveRun(err):
		return "it may have been carried out: look with 'wagroups get' before you repeat it"
	case errors.Is(err, client.ErrUnauthorized):
		return "set " + envToken + " to a valid token, and " + envAppSecret + " if the app requires proofs"
	case errors.Is(err, client.ErrForbidden):
		return "check what the token in " + envToken + " may do, and whether the group is suspended"
	case errors.Is(err, client.ErrNotFound):
		return "check the id, and whether your business is in the group"
	case errors.Is(err, client.ErrRateLimited):
		return "wait " + pause(err) + " before the next call"
	case errors.Is(err, client.ErrPartial):
		return "look with 'wagroups get' at what was carried out"
	case errors.Is(err, client.ErrUnavailable):
		return "try again later"
	case errors.Is(err, client.ErrNotSent):
		return "nothing was changed"
	}
	return ""
}

// pause is how long the server wants to be left alone.
func pause(err error) string {
	if e, ok := errors.AsType[*client.Error](err); ok && e.RetryAfter > 0 {
		return e.RetryAfter.Round(time.Second).String()
	}
	return "some minutes"
}

// mayHaveRun reports whether err leaves open that a change was carried out.
func mayHaveRun(err error) bool {
	if errors.Is(err, client.ErrAmbiguous) {
		return true
	}
	e, ok := errors.AsType[*client.Error](err)
	return ok && errors.Is(err, client.ErrUnavailable) && e.Op != "GetGroup"
}
