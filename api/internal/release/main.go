// Command release is what a release of the command wagroups needs besides GoReleaser: "release notes TAG" refuses a tag
// that may not be released and prints what the changelog says of it, "release licences PACKAGE" prints the licences of
// all that the program links, "release sbom BINARY" prints its bill of materials. The Makefile runs the first two,
// GoReleaser the last.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("want [-o FILE] and notes TAG, licences PACKAGE or sbom BINARY")

// run prints what was asked for, or writes it to the file of -o; after an error it does neither.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	name := flags.String("o", "", "the file to write instead of standard output")
	if err := flags.Parse(args); err != nil || flags.NArg() != 2 {
		return errUsage
	}
	text, err := produce(ctx, flags.Arg(0), flags.Arg(1))
	if err != nil {
		return err
	}
	if *name != "" {
		return os.WriteFile(*name, []byte(text), 0o644) //nolint:gosec // for everybody to read
	}
	_, err = io.WriteString(stdout, text)
	return err
}

func produce(ctx context.Context, what, of string) (string, error) {
	switch what {
	case "notes":
		changelog, err := os.ReadFile("CHANGELOG.md")
		if err != nil {
			return "", err
		}
		return releaseNotes(string(changelog), of, client.Version, client.DefaultAPIVersion)
	case "licences":
		linked, err := linkedModules(ctx, ".", of)
		if err != nil {
			return "", err
		}
		return licences(linked, reviewed)
	case "sbom":
		return sbom(of, reviewed)
	}
	return "", errUsage
}
