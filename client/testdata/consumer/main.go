// Consumer reads a group, renames it, gives it a photo and, when told to, deletes it. It is what a user would write: it
// imports package client and nothing else of the module.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, explain(err))
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	baseURL := flag.String("base-url", client.DefaultBaseURL, "the server")
	subject := flag.String("subject", "", "the new subject")
	photo := flag.String("photo", "", "the file of the new photo")
	remove := flag.Bool("delete", false, "delete the group")
	flag.Parse()
	id, attempts := flag.Arg(0), 0

	options := []client.Option{
		client.WithBaseURL(*baseURL),
		client.WithUserAgent("consumer/1.0.0"),
		client.WithTimeout(20 * time.Second),
		client.WithAttemptTimeout(5 * time.Second),
		client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 4, MaxDelay: time.Second}),
		client.WithLimiter(pace{time.NewTicker(time.Millisecond)}),
		client.WithLogger(slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))),
		client.WithObserver(func(context.Context, client.Attempt) { attempts++ }),
	}
	if secret := os.Getenv("WHATSAPP_APP_SECRET"); secret != "" {
		options = append(options, client.WithAppSecret(secret))
	}
	groups, err := client.New(client.StaticToken(os.Getenv("WHATSAPP_ACCESS_TOKEN")), options...)
	if err != nil {
		return err
	}

	ctx, info := client.WithCallInfo(ctx)
	group, err := groups.GetGroup(ctx, id, client.FieldSubject, client.FieldParticipants)
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d participants, Graph API %s\n", group.Subject, len(group.Participants), info.APIVersion)
	if *subject != "" {
		receipt, err := groups.UpdateGroup(ctx, id, client.GroupUpdate{Subject: subject})
		if err != nil {
			return fmt.Errorf("rename: %w", err)
		}
		fmt.Println("renamed, request", receipt.RequestID)
	}
	if *photo != "" {
		if err := setPhoto(ctx, groups, id, *photo); err != nil {
			return fmt.Errorf("photo: %w", err)
		}
	}
	if *remove {
		receipt, err := groups.DeleteGroup(ctx, id)
		if err != nil {
			return fmt.Errorf("delete: %w", err)
		}
		fmt.Println("deleted, more than once:", receipt.Repeated)
	}
	fmt.Println("attempts:", attempts)
	return nil
}

func setPhoto(ctx context.Context, groups *client.Client, id, name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	receipt, err := groups.SetGroupPhoto(ctx, id, file)
	if err != nil {
		return err
	}
	fmt.Println("photo set, request", receipt.RequestID)
	return nil
}

// explain says what a person can do about a failure.
func explain(err error) string {
	failure, _ := errors.AsType[*client.Error](err)
	switch {
	case errors.Is(err, client.ErrNotFound):
		return "there is no such group"
	case errors.Is(err, client.ErrAmbiguous):
		return "the change may have been made: look before you repeat it"
	case errors.Is(err, client.ErrRateLimited):
		return fmt.Sprint("come back in ", failure.RetryAfter)
	case failure != nil:
		return fmt.Sprintf("%v; code %d", err, failure.Code)
	}
	return err.Error()
}

// pace is a limiter of one's own: one attempt for each tick.
type pace struct{ *time.Ticker }

func (p pace) Wait(ctx context.Context) error {
	select {
	case <-p.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
