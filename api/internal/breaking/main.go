// Command breaking lists what has changed since a commit in a way that breaks users: `make breaking BASE=REV`. oasdiff
// judges the contract, apidiff the exported API of package client.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, ".", os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run returns 0 when nothing breaks, 1 when something does, 2 when that could not be found out; that is one line.
func run(ctx context.Context, root string, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("breaking", flag.ContinueOnError)
	flags.SetOutput(stderr)
	oasdiff := flags.String("oasdiff", "oasdiff", "the program oasdiff")
	apidiff := flags.String("apidiff", "apidiff", "the program apidiff")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() != 1 || flags.Arg(0) == "" {
		fmt.Fprintln(stderr, "breaking: no commit given, try: make breaking BASE=origin/main")
		return 2
	}
	c := comparison{root: root, oasdiff: absolute(*oasdiff), apidiff: absolute(*apidiff)}
	found, err := c.since(ctx, flags.Arg(0))
	if err != nil {
		fmt.Fprintln(stderr, "breaking:", err)
		return 2
	}
	for _, part := range found {
		fmt.Fprintln(stdout, part)
	}
	if len(found) > 0 {
		return 1
	}
	fmt.Fprintf(stdout, "Nothing that was there at %s breaks.\n", flags.Arg(0))
	return 0
}

// absolute keeps a program's name good in another folder. A bare name is looked up in PATH and good everywhere.
func absolute(program string) string {
	if !strings.ContainsAny(program, `/\`) {
		return program
	}
	path, err := filepath.Abs(program)
	if err != nil {
		return program
	}
	return path
}
