// Telemetry reads groups and shows the calls as OpenTelemetry spans and metrics: a span for each call, below it one for
// each attempt; calls, the duration of attempts and the use of Graph's quotas, by operation and class of error. Neither
// holds a group ID or a token, and Graph gets no traceparent.
//
// To try it without a token, run "wagroups fake" in one terminal, which prints the ID of a group, and in another, in
// client/examples:
//
//	export WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token
//	go run ./telemetry ID
//
// The subjects go to standard output, spans and metrics to standard error, each as a line of JSON. Stop the fake and
// run it again to see one call with three attempts.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"go.opentelemetry.io/otel/exporters/stdout/stdoutmetric"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/wagroups/wagroups-go/client"
)

const usage = `usage: telemetry ID...

The token comes from WHATSAPP_ACCESS_TOKEN; WAGROUPS_BASE_URL names another server than Graph`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "telemetry:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (err error) {
	flags := flag.NewFlagSet("telemetry", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		_, err := fmt.Fprintln(stdout, usage)
		return err
	}
	if flags.NArg() == 0 {
		return errors.New(usage)
	}

	// A service has exporters to its collector here, such as otlptracehttp and otlpmetrichttp.
	spans, err := stdouttrace.New(stdouttrace.WithWriter(stderr))
	if err != nil {
		return err
	}
	numbers, err := stdoutmetric.New(stdoutmetric.WithWriter(stderr))
	if err != nil {
		return err
	}
	tracing := trace.NewTracerProvider(trace.WithBatcher(spans))
	metering := metric.NewMeterProvider(metric.WithReader(metric.NewPeriodicReader(numbers)))
	defer func() {
		// Both hold back what they write, that of an interrupted call too.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = errors.Join(err, tracing.Shutdown(ctx), metering.Shutdown(ctx))
	}()
	t, err := newTelemetry(tracing, metering)
	if err != nil {
		return err
	}

	c, err := client.New(client.StaticToken(getenv("WHATSAPP_ACCESS_TOKEN")), client.WithObserver(t.observe),
		client.WithBaseURL(cmp.Or(getenv("WAGROUPS_BASE_URL"), client.DefaultBaseURL)))
	if err != nil {
		return fmt.Errorf("WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: %w", err)
	}
	failed := 0
	for i, id := range flags.Args() {
		group, err := call(ctx, t, "GetGroup", func(ctx context.Context) (*client.Group, error) {
			return c.GetGroup(ctx, id, client.FieldSubject)
		})
		switch {
		case ctx.Err() != nil:
			return errors.New("interrupted")
		case err != nil: // a group is named by its place: the ID encodes a phone number
			failed++
			_, err = fmt.Fprintf(stderr, "group %d: %v\n", i+1, err)
		default:
			_, err = fmt.Fprintf(stdout, "%q\n", group.Subject)
		}
		if err != nil {
			return err
		}
	}
	if failed > 0 {
		return fmt.Errorf("%d of %d groups could not be read", failed, flags.NArg())
	}
	return nil
}
