// Tracing shows the calls of the client as OpenTelemetry spans: one for each call, below it one for each attempt, and
// on the call's span the waits in between. No span holds a group id, a token or a proof, and Graph gets no traceparent.
//
// To try it without a token, run "wagroups fake" in one terminal and in another, in the folder client/examples:
//
//	export WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token
//	go run ./tracing Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD
//
// The group's subject goes to standard output, the spans go to standard error, each as a line of JSON. Stop the fake
// and run it again to see one call with three attempts.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "tracing:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) (err error) {
	if len(args) != 1 {
		return fmt.Errorf("usage: tracing GROUP_ID: one argument is needed, there are %d", len(args))
	}
	provider, err := newProvider(stderr)
	if err != nil {
		return err
	}
	defer func() {
		// Spans wait here to be written together; those of a call that was interrupted are wanted too.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		err = errors.Join(err, provider.Shutdown(ctx))
	}()
	groups, err := newTracedGroups(provider, client.StaticToken(getenv("WHATSAPP_ACCESS_TOKEN")),
		client.WithBaseURL(cmp.Or(getenv("WAGROUPS_BASE_URL"), client.DefaultBaseURL)))
	if err != nil {
		return fmt.Errorf("WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: %w", err)
	}
	group, err := groups.GetGroup(ctx, args[0], client.FieldSubject)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "%q\n", group.Subject)
	return err
}

// newProvider writes spans to w. A service has an OTLP exporter in its place.
func newProvider(w io.Writer) (*sdktrace.TracerProvider, error) {
	exporter, err := stdouttrace.New(stdouttrace.WithWriter(w))
	if err != nil {
		return nil, err
	}
	return sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(semconv.ServiceName("wagroups-tracing")))), nil
}
