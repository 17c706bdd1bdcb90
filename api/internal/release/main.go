// Command release is what a release of the command wagroups needs besides GoReleaser: "release notes TAG" refuses a tag
// that may not be released and prints what the changelog says of it, "release licences PACKAGE" prints the licences of
// all that a program links, "release sbom BINARY" prints its bill of materials. The Makefile runs the first two,
// GoReleaser the last.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

var errUsage = errors.New("want notes TAG, licences PACKAGE or sbom BINARY; try: make check-release TAG=v0.1.0")

// run returns 0 when it has printed what was asked for, 1 when there is a reason not to, 2 after a wrong command line.
// A refusal is one line, and nothing else is printed or written then.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(stderr)
	name := flags.String("o", "", "the file to write instead of standard output")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	var out bytes.Buffer
	err := produce(ctx, &out, flags.Args())
	if err == nil && *name != "" {
		err = os.WriteFile(*name, out.Bytes(), 0o644) //nolint:gosec // for everybody to read
	} else if err == nil {
		_, err = stdout.Write(out.Bytes())
	}
	switch {
	case errors.Is(err, errUsage):
		fmt.Fprintln(stderr, "release:", err)
		return 2
	case err != nil:
		fmt.Fprintln(stderr, "release:", err)
		return 1
	}
	return 0
}

func produce(ctx context.Context, out io.Writer, args []string) error {
	if len(args) != 2 || args[1] == "" {
		return errUsage
	}
	switch args[0] {
	case "notes":
		changelog, err := os.ReadFile("CHANGELOG.md")
		if err != nil {
			return err
		}
		notes, err := releaseNotes(string(changelog), args[1], client.Version, client.DefaultAPIVersion)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(out, notes)
		return err
	case "licences":
		return writeLicences(ctx, out, ".", args[1])
	case "sbom":
		return writeSBOM(ctx, out, args[1])
	}
	return errUsage
}
