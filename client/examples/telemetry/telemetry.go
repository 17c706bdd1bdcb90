package main

import (
	"cmp"
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"github.com/wagroups/wagroups-go/client"
)

const scope = "github.com/wagroups/wagroups-go/client"

// telemetry makes spans and metrics from what the client tells, which is free of group IDs and secrets. A transport
// that traces, such as otelhttp, would write the URL into its spans, and the group ID with it.
type telemetry struct {
	tracer   trace.Tracer
	calls    metric.Int64Counter
	attempts metric.Float64Histogram
	usage    metric.Float64Gauge
}

func newTelemetry(tracing trace.TracerProvider, metering metric.MeterProvider) (*telemetry, error) {
	meter := metering.Meter(scope)
	calls, err1 := meter.Int64Counter("wagroups.calls",
		metric.WithDescription("Calls by operation and class of error, \"ok\" for none; also those that sent nothing."))
	attempts, err2 := meter.Float64Histogram("wagroups.attempt.duration", metric.WithUnit("s"),
		metric.WithDescription("Time from the start of an attempt to the end of its response."),
		metric.WithExplicitBucketBoundaries(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30))
	usage, err3 := meter.Float64Gauge("wagroups.quota.usage", metric.WithUnit("1"),
		metric.WithDescription("Share of a quota that is used, as the latest response says; at 1 Graph may throttle."))
	return &telemetry{tracing.Tracer(scope), calls, attempts, usage}, errors.Join(err1, err2, err3)
}

// call makes one call of the client within a span, and counts it.
func call[T any](ctx context.Context, t *telemetry, op string, do func(context.Context) (T, error)) (T, error) {
	ctx, span := t.tracer.Start(ctx, op)
	defer span.End()
	result, err := do(ctx)
	t.calls.Add(ctx, 1, labels(op, err))
	fail(span, err)
	return result, err
}

// observe is for client.WithObserver. The context is that of the call, so its span is the parent.
func (t *telemetry) observe(ctx context.Context, a client.Attempt) {
	if a.Number == 0 { // nothing was sent, because of a pause that the server asked for
		trace.SpanFromContext(ctx).AddEvent("held back")
		return
	}
	now := time.Now()
	_, span := t.tracer.Start(ctx, a.Op+" attempt", trace.WithSpanKind(trace.SpanKindClient),
		trace.WithTimestamp(now.Add(-a.Duration)),
		trace.WithAttributes(
			semconv.HTTPRequestMethodKey.String(a.Method),
			semconv.HTTPRequestResendCount(a.Number-1),
			semconv.HTTPResponseStatusCode(a.StatusCode), // 0 without a response
			attribute.String("graph.trace_id", a.TraceID),
			attribute.Float64("retry.wait_seconds", a.RetryIn.Seconds())))
	fail(span, a.Err)
	span.End(trace.WithTimestamp(now))
	t.attempts.Record(ctx, a.Duration.Seconds(), labels(a.Op, a.Err))

	if a.APIVersion == "" {
		return // the page of a gateway says nothing of quotas
	}
	t.quota(ctx, a.Usage.App, attribute.String("of", "app"))
	for _, b := range a.Usage.Business {
		// The ID of a business is not personal, and a token has few of them.
		t.quota(ctx, b.Quota, attribute.String("of", b.BusinessID), attribute.String("use_case", b.Type))
	}
}

// quota turns percentages into ratios.
func (t *telemetry) quota(ctx context.Context, q client.Quota, of ...attribute.KeyValue) {
	for name, percent := range map[string]float64{
		"call_count": q.CallCount, "total_time": q.TotalTime, "total_cputime": q.TotalCPUTime,
	} {
		t.usage.Record(ctx, percent/100, metric.WithAttributes(of...),
			metric.WithAttributes(attribute.String("quota", name)))
	}
}

func labels(op string, err error) metric.MeasurementOption {
	return metric.WithAttributes(attribute.String("operation", op),
		attribute.String("class", cmp.Or(string(client.Class(err)), "ok")))
}

// fail marks a span. The client keeps IDs and secrets out of the texts of its errors.
func fail(span trace.Span, err error) {
	if err != nil {
		span.SetAttributes(semconv.ErrorTypeKey.String(string(client.Class(err))))
		span.SetStatus(codes.Error, err.Error())
	}
}
