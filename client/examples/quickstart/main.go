// Quickstart reads a group, then gives it a new photo and a new subject. To try it without a token, run
//
//	wagroups fake
//
// in one terminal, which prints the ID of a group, and in another, in client/examples, with a square JPEG of your own
// that has 192 by 192 pixels or more:
//
//	export WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token
//	go run ./quickstart ID 'Allotment 2026' photo.jpg
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"unicode/utf8"

	"github.com/wagroups/wagroups-go/client"
)

const usage = `usage: quickstart ID SUBJECT PHOTO.jpg

The token comes from WHATSAPP_ACCESS_TOKEN; WAGROUPS_BASE_URL names another server than Graph`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, out io.Writer) error {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		_, err := fmt.Fprintln(out, usage)
		return err
	}
	if flags.NArg() != 3 {
		return errors.New(usage)
	}
	id, subject, say := flags.Arg(0), flags.Arg(1), log.New(out, "", 0)
	// The client checks this too, but by then the photo would be set.
	if n := utf8.RuneCountInString(subject); n < 1 || n > 128 {
		return fmt.Errorf("SUBJECT: must have 1 to 128 characters, has %d", n)
	}
	photo, err := os.Open(flags.Arg(2))
	if err != nil {
		return fmt.Errorf("PHOTO: %w", err)
	}
	defer func() { _ = photo.Close() }()

	// One client serves the whole program, any number of goroutines included.
	c, err := client.New(client.StaticToken(getenv("WHATSAPP_ACCESS_TOKEN")),
		client.WithBaseURL(cmp.Or(getenv("WAGROUPS_BASE_URL"), client.DefaultBaseURL)))
	if err != nil {
		return fmt.Errorf("WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: %w", err)
	}

	group, err := c.GetGroup(ctx, id)
	if err != nil {
		return explain(ctx, "reading", err)
	}
	say.Printf("The subject is %q, the number of participants %d.", group.Subject, group.TotalParticipantCount)

	// The photo comes first: a file that is not a suitable JPEG is refused before anything is changed.
	receipt, err := c.SetGroupPhoto(ctx, id, photo)
	if err != nil {
		return explain(ctx, "setting the photo", err)
	}
	// Accepted is not applied: a webhook with the same request ID reports what became of a change.
	say.Printf("The new photo is accepted, request ID %s.", receipt.RequestID)

	receipt, err = c.UpdateGroup(ctx, id, client.GroupUpdate{Subject: &subject})
	if err != nil {
		return explain(ctx, "renaming", err)
	}
	say.Printf("The new subject is accepted, request ID %s.", receipt.RequestID)
	return nil
}

// explain adds what to do about an error. Every error has one class; these are the ones to know first.
func explain(ctx context.Context, doing string, err error) error {
	advice := ""
	switch client.Class(err) {
	case client.ErrNotFound:
		advice = "; check the ID, and that the business is in the group"
	case client.ErrRateLimited:
		advice = "; try again later"
		if e, ok := errors.AsType[*client.Error](err); ok && e.RetryAfter > 0 {
			advice = fmt.Sprintf("; try again in %s", e.RetryAfter)
		}
	case client.ErrUnavailable, client.ErrAmbiguous:
		advice = "; a change may have been made: to run the same command again is harmless, unless somebody else has " +
			"changed the group since"
	}
	if ctx.Err() != nil { // "context canceled" is for programmers
		return fmt.Errorf("interrupted while %s%s", doing, advice)
	}
	return fmt.Errorf("%s: %w%s", doing, err, advice)
}
