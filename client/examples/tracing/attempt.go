package main

import (
	"context"
	"net/http"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"
)

// newAttemptTransport sends requests through base and leaves a span for each. Requests and answers pass untouched, so
// the client knows of each attempt what it knows without tracing.
func newAttemptTransport(provider trace.TracerProvider, base http.RoundTripper) http.RoundTripper {
	return otelhttp.NewTransport(base,
		otelhttp.WithTracerProvider(attemptTracers{provider}),
		// Nothing is propagated: Graph has no use for a traceparent, and baggage is none of Meta's business.
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator()))
}

// call is what the attempts of a call share. They follow one another, so it needs no lock.
type call struct {
	op       string
	attempts int
}

type callKey struct{}

// attemptTracers makes spans that record an allow-list. Otelhttp writes the URL into url.full, with the group id and
// the proof, and network errors into the status: net/http quotes in them what a server sent.
type attemptTracers struct{ trace.TracerProvider }

func (p attemptTracers) Tracer(name string, opts ...trace.TracerOption) trace.Tracer {
	return attemptTracer{p.TracerProvider.Tracer(name, opts...)}
}

type attemptTracer struct{ trace.Tracer }

// Start names a span after the operation and numbers it as the semantic conventions say: from 1 for the second attempt.
// The list holds for attributes at the start too, where otelhttp has none today.
func (t attemptTracer) Start(
	ctx context.Context, name string, opts ...trace.SpanStartOption,
) (context.Context, trace.Span) {
	config := trace.NewSpanStartConfig(opts...)
	attributes := allowed(config.Attributes())
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		name = c.op + " attempt"
		if c.attempts > 0 {
			attributes = append(attributes, semconv.HTTPRequestResendCount(c.attempts))
		}
		c.attempts++
	}
	ctx, inner := t.Tracer.Start(ctx, name, trace.WithSpanKind(config.SpanKind()), trace.WithAttributes(attributes...))
	span := attemptSpan{inner}
	return trace.ContextWithSpan(ctx, span), span
}

// allowed is the list: no path, no query, no text that a server sent.
func allowed(attributes []attribute.KeyValue) []attribute.KeyValue {
	list := make([]attribute.KeyValue, 0, len(attributes)+1)
	for _, a := range attributes {
		switch a.Key {
		case semconv.HTTPRequestMethodKey, semconv.HTTPResponseStatusCodeKey, semconv.ErrorTypeKey,
			semconv.ServerAddressKey, semconv.ServerPortKey, semconv.NetworkProtocolVersionKey:
			list = append(list, a)
		}
	}
	return list
}

type attemptSpan struct{ trace.Span }

func (s attemptSpan) SetAttributes(attributes ...attribute.KeyValue) {
	s.Span.SetAttributes(allowed(attributes)...)
}

// SetStatus leaves the description out: the span of the call has the client's text of the same error.
func (s attemptSpan) SetStatus(code codes.Code, _ string) { s.Span.SetStatus(code, "") }

// Otelhttp records no events today. These keep texts out if it does so one day.

func (s attemptSpan) AddEvent(string, ...trace.EventOption) {}

func (s attemptSpan) RecordError(error, ...trace.EventOption) {}
