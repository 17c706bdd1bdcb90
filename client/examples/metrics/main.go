// Metrics shows the calls of the client to Prometheus: calls, attempts with their latency, retries and the usage of
// Graph's quotas, by operation and class of result. No label holds a group id.
//
// To try it without a token, run "wagroups fake" in one terminal and in another, in the folder client/examples:
//
//	export WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token
//	go run ./metrics -every 5s Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD
//
// It reads the groups every 5 seconds, or once without -every, and serves http://127.0.0.1:9464/metrics until Ctrl-C.
// Stop the fake for a while, or ask for an unknown group, to see other classes than "ok".
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sync/errgroup"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "metrics:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("metrics", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // main prints the error
	listen := flags.String("listen", "127.0.0.1:9464", "`address` to serve /metrics on")
	every := flags.Duration("every", 0, "read the groups again after this `time`; 0 reads them once")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stderr)
		flags.Usage()
		return nil
	case err != nil:
		return err
	case flags.NArg() == 0:
		return errors.New("usage: metrics [-listen ADDRESS] [-every TIME] GROUP_ID...: at least one group is needed")
	case *every < 0:
		return fmt.Errorf("-every must not be negative, is %s", *every)
	}

	registry := prometheus.NewRegistry()
	m := newMetrics(registry)
	c, err := client.New(client.StaticToken(getenv("WHATSAPP_ACCESS_TOKEN")), client.WithObserver(m.observeAttempt),
		client.WithBaseURL(cmp.Or(getenv("WAGROUPS_BASE_URL"), client.DefaultBaseURL)))
	if err != nil {
		return fmt.Errorf("WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: %w", err)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", *listen)
	if err != nil {
		return fmt.Errorf("-listen: %w", err)
	}
	if _, err := fmt.Fprintf(stdout, "http://%s/metrics\n", listener.Addr()); err != nil {
		return errors.Join(err, listener.Close())
	}
	tasks, ctx := errgroup.WithContext(ctx)
	tasks.Go(func() error { return serve(ctx, listener, registry) })
	tasks.Go(func() error {
		return readEvery(ctx, *every, &countedGroups{client: c, metrics: m}, flags.Args(), stdout, stderr)
	})
	return tasks.Wait()
}

// readEvery reads the groups once and then each time that the interval has passed, until ctx ends.
func readEvery(
	ctx context.Context, interval time.Duration, groups *countedGroups, ids []string, stdout, stderr io.Writer,
) error {
	if err := readAll(ctx, groups, ids, stdout, stderr); err != nil || interval == 0 {
		return err
	}
	ticker := time.NewTicker(interval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
			if err := readAll(ctx, groups, ids, stdout, stderr); err != nil {
				return err
			}
		}
	}
}

// readAll goes on after a failure: the metrics tell how many there are. A group is named by its place, not by its id.
func readAll(ctx context.Context, groups *countedGroups, ids []string, stdout, stderr io.Writer) error {
	for i, id := range ids {
		out, text := stdout, ""
		group, err := groups.GetGroup(ctx, id, client.FieldSubject)
		if err == nil {
			text = strconv.Quote(group.Subject)
		} else {
			out, text = stderr, err.Error()
		}
		if _, err := fmt.Fprintf(out, "group %d: %s\n", i+1, text); err != nil || ctx.Err() != nil {
			return err
		}
	}
	return nil
}
