// Fleet reads and renames groups of many businesses, in several processes that share one rate limit, which they count
// in Redis. Each line of standard input names a business and the ID of one of its groups. The file with the name of the
// business in the folder -tokens holds its token, as a mounted Kubernetes secret does; a new token in the file counts
// at once.
//
// To try it without a token, run
//
//	wagroups fake
//
// in one terminal, which prints the ID of a group, and redis-server in a second one. Then, in up to four others, in
// client/examples:
//
//	export WAGROUPS_BASE_URL=http://127.0.0.1:8080 REDIS_URL=redis://127.0.0.1:6379/0
//	mkdir -p ~/tokens && echo any-token >~/tokens/allotment
//	yes 'allotment ID' | head -1000 | go run ./fleet -tokens ~/tokens -rate 50 -processes 4
//
// Stop redis-server and start it again: the processes go on, each with its share of the limit, and say so.
//
// A line with a subject after the ID renames the group, and is done when a webhook has reported that WhatsApp applied
// the change. One process of the fleet receives the webhooks and sends their events to all of them through Redis:
//
//	export WHATSAPP_APP_SECRET=any-secret WHATSAPP_VERIFY_TOKEN=any-text
//	go run ./fleet -listen 127.0.0.1:8081
//	wagroups fake --webhook http://127.0.0.1:8081 --apply-delay 2s
//	echo 'allotment ID Allotment 2026' | go run ./fleet -tokens ~/tokens -rate 50 -processes 4
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9/logging"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/webhook"
)

func main() {
	logging.Disable() // go-redis logs every connection that fails; the limiter says once what matters
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "fleet:", err)
		os.Exit(1)
	}
}

// run writes the groups to stdout and the log to stderr.
func run(
	ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer,
) error {
	flags := flag.NewFlagSet("fleet", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // main prints the error
	tokens := flags.String("tokens", "", "`folder` with a file for each business, which holds its token")
	rate := flags.Int("rate", 0, "`number` of requests a second of the whole fleet, 1 to 10000")
	burst := flags.Int("burst", 5, "`number` of requests of the whole fleet that may go at once after a quiet time")
	processes := flags.Int("processes", 0, "`number` of processes in the fleet")
	key := flags.String("key", "whatsapp", "`name` of the limit and the events in Redis, one for each app")
	timeout := flags.Duration("redis-timeout", 250*time.Millisecond, "`duration` after which Redis counts as away")
	listen := flags.String("listen", "", "receive webhooks for the fleet at `host:port`, and do nothing else")
	concurrency := flags.Int("concurrency", 8, "`number` of requests of this process at once, 1 to 256")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		flags.Usage()
		return nil
	case err != nil:
		return err
	case flags.NArg() > 0 || *tokens == "" && *listen == "":
		return errors.New("usage: fleet -tokens FOLDER -rate N -processes N <FILE, or fleet -listen HOST:PORT")
	case *timeout < time.Millisecond:
		return fmt.Errorf("-redis-timeout: must be at least 1ms, is %s", *timeout)
	case *listen != "": // the rest is not for a receiver
	case *rate < 1 || *rate > 10000:
		return fmt.Errorf("-rate: must be 1 to 10000, is %d", *rate)
	case *burst < 1 || *processes < 1:
		return fmt.Errorf("-burst and -processes: must be at least 1, are %d and %d", *burst, *processes)
	case *concurrency < 1 || *concurrency > 256:
		return fmt.Errorf("-concurrency: must be 1 to 256, is %d", *concurrency)
	}

	log := slog.New(slog.NewTextHandler(stderr, nil))
	url := cmp.Or(getenv("REDIS_URL"), "redis://127.0.0.1:6379/0")
	server, err := openRedis(url, *timeout)
	if err != nil {
		return fmt.Errorf("REDIS_URL: %w", err)
	}
	defer server.Close()
	queue := events{server, *key + ":events"}
	if *listen != "" {
		return queue.receive(ctx, *listen, webhook.Config{
			VerifyToken: getenv("WHATSAPP_VERIFY_TOKEN"), AppSecrets: []string{getenv("WHATSAPP_APP_SECRET")}, Logger: log,
		})
	}
	folder, err := os.OpenRoot(*tokens)
	if err != nil {
		return fmt.Errorf("-tokens: %w", err)
	}
	defer func() { _ = folder.Close() }()

	// One client for the whole process; those of the businesses are made from it and share its connections.
	c, err := client.New(tokenFile{folder, ""},
		client.WithBaseURL(cmp.Or(getenv("WAGROUPS_BASE_URL"), client.DefaultBaseURL)),
		// Asked before every attempt, so retries count too.
		client.WithLimiter(newLimiter(server, *key, *timeout, *rate, *burst, *processes, log)),
		// A call waits as long as the server asks, up to an hour, and for its turn; each attempt still has its own bound.
		client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 5, MaxDelay: time.Hour}),
		client.WithTimeout(0))
	if err != nil {
		return fmt.Errorf("WAGROUPS_BASE_URL: %w", err)
	}
	r := &reader{client: c, folder: folder, out: stdout, log: log}
	ctx, stop := context.WithCancel(ctx)
	var following sync.WaitGroup
	following.Go(func() { queue.follow(ctx, *timeout, &r.outcomes) })
	defer func() {
		stop()
		_ = server.Close() // which ends a read that is under way
		following.Wait()
	}()
	return r.readAll(ctx, stdin, *concurrency)
}

// tokenFile is the token of one business. The client asks for it before every attempt.
type tokenFile struct {
	folder   *os.Root // which no name of a business leads out of
	business string
}

func (f tokenFile) Token(context.Context) (string, error) {
	token, err := f.folder.ReadFile(f.business)
	return strings.TrimSpace(string(token)), err
}
