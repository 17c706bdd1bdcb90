package main

import (
	"context"
	"io"
	"net/http"
	"slices"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/wagroups/wagroups-go/client"
)

// graphTraceIDKey is the attribute with the id that names an attempt in a support request to Meta.
const graphTraceIDKey = attribute.Key("graph.trace_id")

// tracedGroups makes the calls of a client with a span around each.
type tracedGroups struct {
	client *client.Client
	tracer trace.Tracer
}

// newTracedGroups makes a client whose calls and attempts are traced. The options may not hold WithHTTPClient and
// WithObserver: it sets them itself.
func newTracedGroups(
	provider trace.TracerProvider, tokens client.TokenSource, opts ...client.Option,
) (*tracedGroups, error) {
	opts = append(slices.Clone(opts),
		client.WithHTTPClient(&http.Client{Transport: newAttemptTransport(provider, client.NewTransport())}),
		client.WithObserver(noteAttempt))
	c, err := client.New(tokens, opts...)
	if err != nil {
		return nil, err
	}
	return &tracedGroups{client: c, tracer: provider.Tracer("github.com/wagroups/wagroups-go/client")}, nil
}

func (g *tracedGroups) GetGroup(
	ctx context.Context, groupID string, fields ...client.Field,
) (*client.Group, error) {
	ctx, span := g.start(ctx, "GetGroup")
	group, err := g.client.GetGroup(ctx, groupID, fields...)
	end(span, err)
	return group, err
}

func (g *tracedGroups) UpdateGroup(
	ctx context.Context, groupID string, u client.GroupUpdate,
) (*client.Receipt, error) {
	ctx, span := g.start(ctx, "UpdateGroup")
	receipt, err := g.client.UpdateGroup(ctx, groupID, u)
	end(span, err)
	return receipt, err
}

func (g *tracedGroups) SetGroupPhoto(ctx context.Context, groupID string, jpeg io.Reader) (*client.Receipt, error) {
	ctx, span := g.start(ctx, "SetGroupPhoto")
	receipt, err := g.client.SetGroupPhoto(ctx, groupID, jpeg)
	end(span, err)
	return receipt, err
}

func (g *tracedGroups) DeleteGroup(ctx context.Context, groupID string) (*client.Receipt, error) {
	ctx, span := g.start(ctx, "DeleteGroup")
	receipt, err := g.client.DeleteGroup(ctx, groupID)
	end(span, err)
	return receipt, err
}

// start begins the span of a call and lets its attempts know whose they are.
func (g *tracedGroups) start(ctx context.Context, op string) (context.Context, trace.Span) {
	ctx, span := g.tracer.Start(ctx, op)
	return context.WithValue(ctx, callKey{}, &call{op: op}), span
}

// end closes the span of a call. The error's text may stand in it: the client keeps ids and secrets out of its errors.
func end(span trace.Span, err error) {
	if err != nil {
		span.SetAttributes(errorType(err))
		span.SetStatus(codes.Error, err.Error())
	}
	span.End()
}

// errorType is the class of an error of the client.
func errorType(err error) attribute.KeyValue {
	return semconv.ErrorTypeKey.String(string(client.Class(err)))
}

// noteAttempt adds to the span of a call what the client knows of an attempt and otelhttp does not: the trace id that
// Graph gave it, checked by the client, and what comes next.
func noteAttempt(ctx context.Context, a client.Attempt) {
	span := trace.SpanFromContext(ctx)
	var facts []attribute.KeyValue
	if a.TraceID != "" {
		facts = append(facts, graphTraceIDKey.String(a.TraceID))
	}
	if !a.WillRetry {
		span.SetAttributes(facts...)
		return
	}
	facts = append(facts,
		semconv.HTTPRequestResendCount(a.Number),
		errorType(a.Err),
		attribute.Float64("retry.wait_seconds", a.RetryIn.Seconds()))
	span.AddEvent("retry", trace.WithAttributes(facts...))
}
