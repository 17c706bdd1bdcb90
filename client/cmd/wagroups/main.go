// Wagroups reads, changes and deletes WhatsApp groups from the command line, and serves a fake Graph server to try
// that on. "wagroups --help" tells how.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(execute()) }

// execute is apart from main because os.Exit runs no deferred function.
func execute() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	// The first signal ends the call, with a word on what may have been changed; a second one ends the process.
	context.AfterFunc(ctx, stop)
	std := streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr, IsTerminal: isTerminal, Width: terminalWidth}
	return run(ctx, os.Args[1:], std, os.Getenv)
}
