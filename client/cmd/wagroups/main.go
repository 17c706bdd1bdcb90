// Wagroups reads, changes and deletes WhatsApp groups from the command line, and serves a fake Graph server to try
// that on. "wagroups --help" tells how.
package main

import (
	"context"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(execute()) }

// execute is apart from main because os.Exit runs no deferred function.
func execute() int {
	// net/http prints unsolicited responses, and with them the URL of the request, to the default logger.
	log.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal ends the call, with a word on what may have been changed; a second one ends the process.
	context.AfterFunc(ctx, stop)
	return run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}, os.Getenv)
}
