package main

import (
	"context"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func TestSpansOfEachOperation(t *testing.T) {
	for _, op := range operations(t) {
		t.Run(op.name, func(t *testing.T) {
			fake := startFake(t)
			groups, recorder := traced(t, fake.URL())
			if err := op.call(t.Context(), groups); err != nil {
				t.Fatal(err)
			}
			call, attempts := spansOf(t, recorder)
			if len(attempts) != 1 {
				t.Fatalf("%d attempts", len(attempts))
			}
			if call.Name != op.name || call.SpanKind != trace.SpanKindInternal || call.Parent.IsValid() {
				t.Errorf("call: %q, kind %s, parent %v", call.Name, call.SpanKind, call.Parent)
			}
			attempt := attempts[0]
			if attempt.Name != op.name+" attempt" || attempt.SpanKind != trace.SpanKindClient {
				t.Errorf("attempt: %q, kind %s", attempt.Name, attempt.SpanKind)
			}
			if attempt.Parent.SpanID() != call.SpanContext.SpanID() {
				t.Error("the attempt is no child of the call")
			}
			if call.Status.Code != codes.Unset || attempt.Status.Code != codes.Unset {
				t.Errorf("statuses %v, %v", call.Status, attempt.Status)
			}
			want := map[string]any{"graph.trace_id": "Fake00000001"}
			if got := attributes(call.Attributes); !reflect.DeepEqual(got, want) {
				t.Errorf("attributes of the call: %v, want %v", got, want)
			}
			want = map[string]any{
				"http.request.method": op.method, "http.response.status_code": int64(200),
				"network.protocol.version": "1.1", "server.address": "127.0.0.1", "server.port": portOf(t, fake.URL()),
			}
			if got := attributes(attempt.Attributes); !reflect.DeepEqual(got, want) {
				t.Errorf("attributes of the attempt: %v, want %v", got, want)
			}
		})
	}
}

func TestAttemptsOfACall(t *testing.T) {
	fake := startFake(t)
	// In this order: net/http itself repeats a read that was dropped on a connection used before.
	fake.FailNext(fakegraph.Fault{DropBefore: true}, fakegraph.Fault{Status: http.StatusServiceUnavailable})
	groups, recorder := traced(t, fake.URL())
	if _, err := groups.GetGroup(t.Context(), groupID); err != nil {
		t.Fatal(err)
	}
	call, attempts := spansOf(t, recorder)
	if len(attempts) != 3 {
		t.Fatalf("%d attempts", len(attempts))
	}
	for i, want := range []struct {
		resent, status, class any
		code                  codes.Code
	}{
		{nil, nil, "*errors.errorString", codes.Error}, // EOF
		{int64(1), int64(503), "503", codes.Error},
		{int64(2), int64(200), nil, codes.Unset},
	} {
		got := attributes(attempts[i].Attributes)
		if got["http.request.resend_count"] != want.resent || got["http.response.status_code"] != want.status ||
			got["error.type"] != want.class || attempts[i].Status.Code != want.code {
			t.Errorf("attempt %d: %v, %v", i+1, got, attempts[i].Status)
		}
		if i > 0 && attempts[i].StartTime.Before(attempts[i-1].EndTime) {
			t.Errorf("attempt %d began before the one before had ended", i+1)
		}
	}
	if call.Status.Code != codes.Unset || attributes(call.Attributes)["graph.trace_id"] != "Fake00000003" {
		t.Errorf("call: %v, %v", call.Status, call.Attributes)
	}
	if len(call.Events) != 2 {
		t.Fatalf("%d events", len(call.Events))
	}
	for i, traceID := range []any{nil, "Fake00000002"} {
		event := call.Events[i]
		got := attributes(event.Attributes)
		wait, ok := got["retry.wait_seconds"].(float64)
		if event.Name != "retry" || got["graph.trace_id"] != traceID || got["error.type"] != "unavailable" ||
			got["http.request.resend_count"] != int64(i+1) || !ok || wait < 0 || wait > 0.001 {
			t.Errorf("event %d: %s %v", i+1, event.Name, got)
		}
	}
}

func TestFailedCalls(t *testing.T) {
	subject := "Allotment Neighbours 2026"
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	update := func(ctx context.Context, g api) error {
		_, err := g.UpdateGroup(ctx, groupID, client.GroupUpdate{Subject: &subject})
		return err
	}
	for _, tt := range []struct {
		name     string
		ctx      context.Context
		fault    fakegraph.Fault
		call     func(context.Context, api) error
		class    string
		attempts int
	}{
		{"not found", t.Context(), fakegraph.Fault{Code: 131041}, update, "group not found", 1},
		{"the answer is lost", t.Context(), fakegraph.Fault{DropAfter: true}, update, "outcome unknown", 1},
		{"canceled before the first attempt", canceled, fakegraph.Fault{}, update, "request not sent", 0},
		{"a bad argument", t.Context(), fakegraph.Fault{}, func(ctx context.Context, g api) error {
			_, err := g.DeleteGroup(ctx, "../"+groupID)
			return err
		}, "invalid argument", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake := startFake(t)
			fake.FailNext(tt.fault)
			groups, recorder := traced(t, fake.URL())
			err := tt.call(tt.ctx, groups)
			if err == nil {
				t.Fatal("no error")
			}
			call, attempts := spansOf(t, recorder)
			if call.Status.Code != codes.Error || call.Status.Description != err.Error() {
				t.Errorf("status %v, the error is %v", call.Status, err)
			}
			if class := attributes(call.Attributes)["error.type"]; class != tt.class || len(attempts) != tt.attempts {
				t.Errorf("class %v, %d attempts", class, len(attempts))
			}
		})
	}
}

// A program with propagators of its own does not send them to Graph.
func TestNothingIsPropagated(t *testing.T) {
	otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{}))
	t.Cleanup(func() { otel.SetTextMapPropagator(propagation.NewCompositeTextMapPropagator()) })
	member, err := baggage.NewMember("user", "15550100001")
	if err != nil {
		t.Fatal(err)
	}
	bag, err := baggage.New(member)
	if err != nil {
		t.Fatal(err)
	}
	fake := startFake(t)
	groups, _ := traced(t, fake.URL())
	if _, err := groups.GetGroup(baggage.ContextWithBaggage(t.Context(), bag), groupID); err != nil {
		t.Fatal(err)
	}
	for _, r := range fake.Requests() {
		for _, name := range []string{"Traceparent", "Tracestate", "Baggage"} {
			if r.Header.Get(name) != "" {
				t.Errorf("%s was sent", name)
			}
		}
	}
}

func portOf(t *testing.T, rawURL string) int64 {
	t.Helper()
	u, err := url.Parse(rawURL)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.ParseInt(u.Port(), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return port
}
