package main

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/term"

	"github.com/wagroups/wagroups-go/client"
)

// The environment variables that the command reads. Secrets have no flag: other users of a machine can see the
// arguments of a process.
const (
	envToken       = "WHATSAPP_ACCESS_TOKEN"
	envAppSecret   = "WHATSAPP_APP_SECRET"
	envVerifyToken = "WHATSAPP_VERIFY_TOKEN"
	envBaseURL     = "WAGROUPS_BASE_URL"
)

type streams struct {
	in       io.Reader
	out, err io.Writer
}

// app is one run of the command: what its subcommands share.
type app struct {
	in     io.Reader
	out    *output
	err    io.Writer // several goroutines write to it
	getenv func(string) string

	format     format
	baseURL    string
	apiVersion string
	timeout    timeout
	quiet      bool
	verbose    bool
	started    bool // the command line was understood

	mu      sync.Mutex
	waiting time.Time // the end of the wait that was said last
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, std streams, getenv func(string) string) int {
	a := &app{in: std.in, out: newOutput(std.out), err: std.err, getenv: getenv, format: formatTable}
	root := newRoot(a)
	root.SetArgs(append([]string{}, args...)) // of nil cobra would make os.Args
	cmd, err := root.ExecuteContextC(ctx)
	if err != nil && !a.started {
		err = commandLineError(root, cmd, args, err)
	}
	if err = cmp.Or(err, a.out.failure()); err == nil {
		return exitOK
	}
	a.complain(explain(err))
	return exitCode(err)
}

// complain writes one line for people.
func (a *app) complain(text string) { _, _ = io.WriteString(a.err, "wagroups: "+printable(text)+"\n") }

// client makes a client from the flags and the environment. It fails when the result could not be shown, so that a
// change is not made then.
func (a *app) client(extra ...client.Option) (*client.Client, error) {
	if a.out.closed && !a.quiet {
		return nil, &failure{code: exitOther, text: "cannot write to the standard output: it is closed; nothing was sent"}
	}
	token := a.getenv(envToken)
	if token == "" {
		return nil, &failure{code: exitUnauthorized, text: "no access token: set " + envToken}
	}
	secret := a.getenv(envAppSecret)
	if err := cmp.Or(checkSecret(envToken, token), checkSecret(envAppSecret, secret)); err != nil {
		return nil, err
	}
	options := []client.Option{
		client.WithBaseURL(cmp.Or(a.baseURL, a.getenv(envBaseURL), client.DefaultBaseURL)),
		client.WithAPIVersion(a.apiVersion),
		client.WithUserAgent("wagroups/" + client.Version),
		client.WithTimeout(0), // within bounds calls
		// A pause that the server asks for is waited for where --timeout allows it.
		client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 3, MaxDelay: max(time.Duration(a.timeout), 5*time.Second)}),
		client.WithObserver(a.sayWait),
	}
	if secret != "" {
		options = append(options, client.WithAppSecret(secret))
	}
	if a.verbose {
		options = append(options, client.WithLogger(slog.New(slog.NewTextHandler(a.err, nil))))
	}
	return client.New(client.StaticToken(token), append(options, extra...)...)
}

// checkSecret finds what happens to secrets in files and shells, where package client only names the character.
func checkSecret(name, secret string) error {
	isEdge := func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }
	switch {
	case strings.TrimFunc(secret, isEdge) != secret:
		return badInput("%s begins or ends with a space, a line break or a byte order mark: remove it", name)
	case len(secret) > 6 && strings.EqualFold(secret[:7], "bearer "):
		return badInput("%s begins with Bearer: give the token alone", name)
	}
	return nil
}

// within bounds one call by --timeout.
func (a *app) within(ctx context.Context, call func(context.Context) error) error {
	limit := time.Duration(a.timeout)
	if limit == 0 {
		return call(ctx)
	}
	end := time.Now().Add(limit)
	bounded, cancel := context.WithDeadline(ctx, end)
	defer cancel()
	err := call(bounded)
	// The client's own timer for the same moment may be first, so bounded may not have ended yet.
	if errors.Is(err, context.DeadlineExceeded) && !time.Now().Before(end) && ctx.Err() == nil {
		return &timeoutError{err, limit}
	}
	return err
}

// timeoutError is an error of the limit that --timeout sets, and not of one attempt.
type timeoutError struct {
	error
	limit time.Duration
}

func (e *timeoutError) Unwrap() error { return e.error }

// sayWait tells a person why nothing happens. Of the calls of a list that wait for the same moment one says so.
func (a *app) sayWait(_ context.Context, attempt client.Attempt) {
	e, ok := errors.AsType[*client.Error](attempt.Err)
	if !attempt.WillRetry || !ok || e.RetryAfter == 0 || attempt.RetryIn < time.Second/2 {
		return
	}
	end := time.Now().Add(attempt.RetryIn)
	a.mu.Lock()
	defer a.mu.Unlock()
	if end.Sub(a.waiting) > time.Second {
		a.waiting = end
		a.complain("waiting " + seconds(attempt.RetryIn.Round(time.Second)) + ", as the server asked")
	}
}

// isTerminal reports whether a person sits at the other end of a stream.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
