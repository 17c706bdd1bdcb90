package main

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"

	"github.com/wagroups/wagroups-go/client"
)

// Otelhttp records metrics too, in the program's own MeterProvider. They hold no URL, which is why they are left on.
func TestMetricsOfOtelhttp(t *testing.T) {
	seen := &recorder{keys: map[string]bool{}}
	otel.SetMeterProvider(meterProvider{recorder: seen})
	t.Cleanup(func() { otel.SetMeterProvider(noop.NewMeterProvider()) })
	server := startGossip(t)
	groups, _ := traced(t, server.URL, client.WithAppSecret(appSecret))
	server.askAll(t, groups)

	seen.mu.Lock()
	defer seen.mu.Unlock()
	want := []string{
		"error.type", "http.request.method", "http.response.status_code", "network.protocol.name",
		"network.protocol.version", "server.address", "server.port", "url.scheme",
	}
	if got := slices.Sorted(maps.Keys(seen.keys)); !slices.Equal(got, want) {
		t.Errorf("attributes %q, want %q", got, want)
	}
	for _, value := range seen.values {
		wantNoLeak(t, value)
	}
}

// recorder keeps the attributes of all measurements.
type recorder struct {
	mu     sync.Mutex
	keys   map[string]bool
	values []string
}

func (r *recorder) record(options []metric.RecordOption) {
	r.mu.Lock()
	defer r.mu.Unlock()
	set := metric.NewRecordConfig(options).Attributes()
	for _, a := range set.ToSlice() {
		r.keys[string(a.Key)] = true
		r.values = append(r.values, a.Value.String())
	}
}

type meterProvider struct {
	noop.MeterProvider
	recorder *recorder
}

func (p meterProvider) Meter(string, ...metric.MeterOption) metric.Meter {
	return meter{recorder: p.recorder}
}

type meter struct {
	noop.Meter
	recorder *recorder
}

func (m meter) Int64Histogram(string, ...metric.Int64HistogramOption) (metric.Int64Histogram, error) {
	return int64Histogram{recorder: m.recorder}, nil
}

func (m meter) Float64Histogram(string, ...metric.Float64HistogramOption) (metric.Float64Histogram, error) {
	return float64Histogram{recorder: m.recorder}, nil
}

type int64Histogram struct {
	noop.Int64Histogram
	recorder *recorder
}

func (h int64Histogram) Enabled(context.Context) bool { return true }

func (h int64Histogram) Record(_ context.Context, _ int64, options ...metric.RecordOption) {
	h.recorder.record(options)
}

type float64Histogram struct {
	noop.Float64Histogram
	recorder *recorder
}

func (h float64Histogram) Enabled(context.Context) bool { return true }

func (h float64Histogram) Record(_ context.Context, _ float64, options ...metric.RecordOption) {
	h.recorder.record(options)
}
