package main

import (
	"context"
	"io"
	"log/slog"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

// The environment variables that the command reads. Secrets have no flag: other users of a machine can see the
// arguments of a process.
const (
	envToken     = "WHATSAPP_ACCESS_TOKEN"
	envAppSecret = "WHATSAPP_APP_SECRET"
	envBaseURL   = "WAGROUPS_BASE_URL"

	// How the terminal shows things.
	envNoColor = "NO_COLOR"
	envTerm    = "TERM"
	envColumns = "COLUMNS"
)

// streams is where a command reads and writes. With --verbose, Err is written to from several goroutines.
type streams struct {
	In       io.Reader
	Out, Err io.Writer
	// IsTerminal reports whether a stream, one of the three, is a terminal.
	IsTerminal func(stream any) bool
	// Width returns the columns of a terminal, 0 when they are unknown.
	Width func(terminal any) int
}

// app is one run of the command: what its subcommands share.
type app struct {
	streams
	getenv func(string) string

	output     format
	baseURL    string
	apiVersion string
	timeout    time.Duration
	quiet      bool
	verbose    bool
	// started: the command line was understood, and what fails from now on is something else.
	started bool
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, std streams, getenv func(string) string) int {
	a := &app{streams: std, getenv: getenv, output: formatTable}
	root := newRoot(a)
	root.SetArgs(append([]string{}, args...)) // of nil cobra would make os.Args
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		return exitOK
	}
	if !a.started {
		err = commandLineError(err)
	}
	return a.report(cmd, err)
}

// client makes a client from the flags and the environment.
func (a *app) client() (*client.Client, error) {
	token := a.getenv(envToken)
	if token == "" {
		return nil, &failure{code: exitUnauthorized, text: "no access token: set " + envToken}
	}
	options := []client.Option{
		client.WithBaseURL(a.baseURL),
		client.WithAPIVersion(a.apiVersion),
		client.WithTimeout(a.timeout),
		client.WithUserAgent("wagroups/" + client.Version),
	}
	if secret := a.getenv(envAppSecret); secret != "" {
		options = append(options, client.WithAppSecret(secret))
	}
	if a.verbose {
		options = append(options, client.WithLogger(slog.New(slog.NewTextHandler(a.Err, nil))))
	}
	return client.New(client.StaticToken(token), options...)
}
