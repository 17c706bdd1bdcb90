package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func TestNothingLeaks(t *testing.T) {
	server := startGossip(t)
	groups, recorder := traced(t, server.URL, client.WithAppSecret(appSecret))
	server.askAll(t, groups)
	spans := tracetest.SpanStubsFromReadOnlySpans(recorder.Ended())
	if len(spans) < 32 {
		t.Fatalf("only %d spans", len(spans))
	}
	for _, leak := range leaks(spans, server.secrets) {
		t.Error(leak)
	}
}

// The same calls through otelhttp alone show what the allow-list is for, and that the scan finds it.
func TestOtelhttpAloneLeaks(t *testing.T) {
	server := startGossip(t)
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	groups, err := client.New(client.StaticToken(token), client.WithBaseURL(server.URL), quickRetries,
		client.WithAppSecret(appSecret), client.WithHTTPClient(&http.Client{
			Transport: otelhttp.NewTransport(client.NewTransport(), otelhttp.WithTracerProvider(provider)),
		}))
	if err != nil {
		t.Fatal(err)
	}
	server.askAll(t, groups)
	found := leaks(tracetest.SpanStubsFromReadOnlySpans(recorder.Ended()), server.secrets)
	for _, want := range []string{
		"the group id in url.full", "a proof in url.full",
		"the group id in the status", "a proof in the status", "the token in the status",
	} {
		if !strings.Contains(strings.Join(found, "\n"), want) {
			t.Errorf("the scan did not find %s", want)
		}
	}
}

// A later otelhttp may give its attributes at the start, where samplers see them, or record events.
func TestNothingLeaksFromALaterOtelhttp(t *testing.T) {
	recorder := tracetest.NewSpanRecorder()
	provider := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(recorder))
	_, span := attemptTracers{provider}.Tracer("otelhttp").Start(t.Context(), "HTTP GET",
		trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(semconv.HTTPRequestMethodGet,
			semconv.URLFull("https://graph.facebook.com/v23.0/"+groupID)))
	span.AddEvent("GET /v23.0/" + groupID)
	span.RecordError(errors.New(groupID))
	span.End()
	got := tracetest.SpanStubsFromReadOnlySpans(recorder.Ended())[0]
	want := []attribute.KeyValue{semconv.HTTPRequestMethodGet}
	if !slices.Equal(got.Attributes, want) || len(got.Events) > 0 || got.SpanKind != trace.SpanKindClient {
		t.Errorf("a span of kind %s with %v and %v, want %v", got.SpanKind, got.Attributes, got.Events, want)
	}
}

// gossip is a server that repeats what it was sent, until it is told to be good.
type gossip struct {
	*httptest.Server
	mu      sync.Mutex
	answer  http.Handler      // for all requests until it is changed
	secrets map[string]string // to their names; the proofs of all requests are added
	fake    *fakegraph.Server
}

func startGossip(t *testing.T) *gossip {
	g := &gossip{
		fake:    startFake(t, fakegraph.WithAppSecret(appSecret)),
		secrets: map[string]string{groupID: "the group id", token: "the token", appSecret: "the app secret"},
	}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.secrets[r.URL.Query().Get("appsecret_proof")] = "a proof"
		g.answer.ServeHTTP(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

// askAll makes every call once for each kind of answer. The last kind is good.
func (g *gossip) askAll(t *testing.T, groups api) {
	kinds := []http.Handler{
		http.HandlerFunc(answerNoHTTP), http.HandlerFunc(answerError), http.HandlerFunc(answerHalf), g.fake.Handler(),
	}
	for i, answer := range kinds {
		g.mu.Lock()
		g.answer = answer
		g.mu.Unlock()
		for _, op := range operations(t) {
			if err := op.call(t.Context(), groups); (err == nil) != (i == len(kinds)-1) {
				t.Errorf("%s: %v", op.name, err)
			}
		}
	}
}

// answerNoHTTP sends what the error of net/http quotes: a line without a space.
func answerNoHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
	defer conn.Close()
	_, _ = fmt.Fprintf(conn, "%s,%s\r\n\r\n", r.RequestURI, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
}

func answerError(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Fb-Trace-Id", groupID)
	w.WriteHeader(http.StatusBadRequest)
	_, _ = fmt.Fprintf(w, `{"error":{"code":100,"message":"%s, %s"}}`, r.RequestURI, r.Header.Get("Authorization"))
}

func answerHalf(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, r.RequestURI)
	panic(http.ErrAbortHandler)
}
