// Quickstart reads a group, gives it a new subject and then a new photo. To try it without a token, run
//
//	wagroups fake
//
// in one terminal, which prints the id of a group, and in another, in client/examples, with a square JPEG of your own
// that has 192 by 192 pixels or more:
//
//	export WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token
//	go run ./quickstart ID 'Allotment 2026' photo.jpg
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"

	"github.com/wagroups/wagroups-go/client"
)

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
	if len(args) != 3 {
		return errors.New("three arguments are needed: ID SUBJECT PHOTO.jpg")
	}
	id, subject, say := args[0], args[1], log.New(out, "", 0)
	photo, err := os.Open(args[2])
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
		return explain("reading", err)
	}
	say.Printf("The subject is %q, the number of participants %d.", group.Subject, group.TotalParticipantCount)

	// Accepted is not applied: a webhook with the same request id reports what became of a change.
	receipt, err := c.UpdateGroup(ctx, id, client.GroupUpdate{Subject: &subject})
	if err != nil {
		return explain("renaming", err)
	}
	say.Printf("The new subject is accepted, request id %s.", receipt.RequestID)

	receipt, err = c.SetGroupPhoto(ctx, id, photo)
	if err != nil {
		return explain("setting the photo", err)
	}
	say.Printf("The new photo is accepted, request id %s.", receipt.RequestID)
	return nil
}

// explain adds what to do about it. Each error matches one class under errors.Is; these are the ones to know first.
func explain(doing string, err error) error {
	var advice string
	switch {
	case errors.Is(err, client.ErrNotFound):
		advice = "check the id, and that the business is in the group"
	case errors.Is(err, client.ErrRateLimited):
		advice = "try again later"
		if e, ok := errors.AsType[*client.Error](err); ok && e.RetryAfter > 0 {
			advice = fmt.Sprintf("try again in %s", e.RetryAfter)
		}
	case errors.Is(err, client.ErrUnavailable):
		advice = "try again later; before you repeat a change read the group, as it may have been made"
	case errors.Is(err, client.ErrAmbiguous):
		advice = "the change may or may not have been made, so read the group before you repeat it"
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
	return fmt.Errorf("%s: %w; %s", doing, err, advice)
}
