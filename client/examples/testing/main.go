// Testing is a small service that renames groups through the client. What it shows is in its tests, service_test.go
// and time_test.go: how a program that uses the client is tested with package fakegraph, faults included.
//
// To try the service itself without a token, run
//
//	wagroups fake
//
// in one terminal, which prints the id of a group, in a second one, in client/examples,
//
//	WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token go run ./testing
//
// and in a third one
//
//	curl --request PUT http://127.0.0.1:8081/groups/ID/subject --data '{"subject":"Allotment 2026"}'
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "testing:", err)
		os.Exit(1)
	}
}

// run serves until the context ends, and then finishes what is under way.
func run(ctx context.Context, args []string, getenv func(string) string, stderr io.Writer) error {
	flags := flag.NewFlagSet("testing", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // main prints the error
	// Whoever reaches the service can rename groups, so by default that is this machine only.
	addr := flags.String("addr", "127.0.0.1:8081", "`address` to listen on")
	if err := flags.Parse(args); err != nil {
		return fmt.Errorf("%w; the one flag is -addr HOST:PORT", err)
	}
	if flags.NArg() > 0 {
		return errors.New("there are no arguments besides -addr HOST:PORT")
	}
	c, err := client.New(client.StaticToken(getenv("WHATSAPP_ACCESS_TOKEN")),
		client.WithBaseURL(cmp.Or(getenv("WAGROUPS_BASE_URL"), client.DefaultBaseURL)))
	if err != nil {
		return fmt.Errorf("WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: %w", err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return fmt.Errorf("-addr: %w", err)
	}
	log := slog.New(slog.NewTextHandler(stderr, nil))
	log.Info("listening", slog.String("address", listener.Addr().String()))
	return serve(ctx, listener, newService(c, log))
}

func serve(ctx context.Context, listener net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       5 * time.Second,
		WriteTimeout:      renameTimeout + 5*time.Second,
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	// Not the context that has ended: a rename under way may finish, so that its caller learns what became of it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renameTimeout)
	defer cancel()
	return server.Shutdown(ctx)
}
