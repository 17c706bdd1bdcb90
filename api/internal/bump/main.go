// Command bump moves the contract to another version of the Graph API: `make bump VERSION=v24.0`. It edits the
// document and the texts that name its version, generates the code anew, lists what has changed and runs the tests.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, ".", os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run returns 0 when the repository is at the wanted version and passes its tests, 1 when it does not, 2 after a wrong
// command line. A refusal is one line and changes nothing.
func run(ctx context.Context, root string, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("bump", flag.ContinueOnError)
	flags.SetOutput(stderr)
	packages := flags.String("packages", "./...", "the packages to test")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() != 1 || flags.Arg(0) == "" {
		fmt.Fprintln(stderr, "bump: no version given, try: make bump VERSION=v24.0")
		return 2
	}
	b := bump{root: root, packages: *packages, out: stdout}
	if err := b.run(ctx, flags.Arg(0)); err != nil {
		fmt.Fprintln(stderr, "bump:", err)
		return 1
	}
	return 0
}
