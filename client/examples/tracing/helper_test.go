package main

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"testing"
	"time"

	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	groupID   = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
	token     = "EAAplantedToken+with/odd=characters"
	appSecret = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
)

func startFake(t *testing.T, opts ...fakegraph.Option) *fakegraph.Server {
	t.Helper()
	return fakegraph.Start(t, append(opts, fakegraph.WithToken(token), fakegraph.WithGroups(
		fakegraph.Group{ID: groupID, Subject: "Allotment Neighbours"}))...)
}

// quickRetries keeps the waits too short to notice.
var quickRetries = client.WithRetryPolicy(client.RetryPolicy{
	MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond,
})

// traced makes groups whose spans a recorder keeps.
func traced(t *testing.T, baseURL string, opts ...client.Option) (*tracedGroups, *tracetest.SpanRecorder) {
	t.Helper()
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	groups, err := newTracedGroups(provider, client.StaticToken(token),
		append([]client.Option{client.WithBaseURL(baseURL), quickRetries}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	return groups, recorder
}

// spansOf returns the span of the one call that was made, and those of its attempts in their order.
func spansOf(t *testing.T, recorder *tracetest.SpanRecorder) (call tracetest.SpanStub, attempts []tracetest.SpanStub) {
	t.Helper()
	ended := tracetest.SpanStubsFromReadOnlySpans(recorder.Ended())
	if started := len(recorder.Started()); started == 0 || started != len(ended) {
		t.Fatalf("%d spans began, %d ended", started, len(ended))
	}
	// A call ends after its attempts.
	return ended[len(ended)-1], ended[:len(ended)-1]
}

func attributes(list []attribute.KeyValue) map[string]any {
	m := make(map[string]any, len(list))
	for _, a := range list {
		m[string(a.Key)] = a.Value.AsInterface()
	}
	return m
}

// api is what a client and a traced client have in common.
type api interface {
	GetGroup(context.Context, string, ...client.Field) (*client.Group, error)
	UpdateGroup(context.Context, string, client.GroupUpdate) (*client.Receipt, error)
	SetGroupPhoto(context.Context, string, io.Reader) (*client.Receipt, error)
	DeleteGroup(context.Context, string) (*client.Receipt, error)
}

type operation struct {
	name, method string
	call         func(context.Context, api) error
}

// operations are in an order in which each succeeds after the others.
func operations(t *testing.T) []operation {
	photo := squareJPEG(t)
	subject := "Allotment Neighbours 2026"
	return []operation{
		{"GetGroup", http.MethodGet, func(ctx context.Context, g api) error {
			_, err := g.GetGroup(ctx, groupID)
			return err
		}},
		{"UpdateGroup", http.MethodPost, func(ctx context.Context, g api) error {
			_, err := g.UpdateGroup(ctx, groupID, client.GroupUpdate{Subject: &subject})
			return err
		}},
		{"SetGroupPhoto", http.MethodPost, func(ctx context.Context, g api) error {
			_, err := g.SetGroupPhoto(ctx, groupID, bytes.NewReader(photo))
			return err
		}},
		{"DeleteGroup", http.MethodDelete, func(ctx context.Context, g api) error {
			_, err := g.DeleteGroup(ctx, groupID)
			return err
		}},
	}
}

func squareJPEG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 192, 192)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
