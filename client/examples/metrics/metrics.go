package main

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/wagroups/wagroups-go/client"
)

// metrics describe the calls of one or more clients. No label holds a group id, which encodes a phone number, nor a
// trace or request id, which would make a series of each request.
type metrics struct {
	calls         *prometheus.CounterVec
	attempts      *prometheus.HistogramVec
	retries       *prometheus.CounterVec
	appUsage      *prometheus.GaugeVec
	businessUsage *prometheus.GaugeVec
}

func newMetrics(registerer prometheus.Registerer) *metrics {
	factory := promauto.With(registerer)
	byResult := []string{"operation", "class"}
	return &metrics{
		calls: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "wagroups_calls_total",
			Help: "Calls by their result. A call that was refused before its first attempt counts too.",
		}, byResult),
		attempts: factory.NewHistogramVec(prometheus.HistogramOpts{
			Name: "wagroups_attempt_duration_seconds",
			Help: "Time from the start of an attempt, the limiter's wait included, to the end of its answer. " +
				"Its count is that of attempts.",
			// From an answer that took one round trip to the 30 seconds after which the client gives an attempt up.
			Buckets: []float64{0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30},
		}, byResult),
		retries: factory.NewCounterVec(prometheus.CounterOpts{
			Name: "wagroups_retries_total",
			Help: "Attempts that another one follows, by the failure that made it necessary.",
		}, byResult),
		appUsage: factory.NewGaugeVec(prometheus.GaugeOpts{
			Name: "wagroups_app_usage_ratio",
			Help: "Share of the app's quota that the latest answer called used; at 1 Graph may throttle.",
		}, []string{"quota"}),
		// A business id is neither personal nor secret, and a token has few. Without it the quotas of two businesses
		// would overwrite each other.
		businessUsage: factory.NewGaugeVec(prometheus.GaugeOpts{
			Name: "wagroups_business_usage_ratio",
			Help: "Share of a business's quota that the latest answer called used; at 1 Graph may throttle.",
		}, []string{"business_id", "use_case", "quota"}),
	}
}

// observeAttempt is for client.WithObserver.
func (m *metrics) observeAttempt(_ context.Context, a client.Attempt) {
	class := classOf(a.Err)
	m.attempts.WithLabelValues(a.Op, class).Observe(a.Duration.Seconds())
	if a.WillRetry {
		m.retries.WithLabelValues(a.Op, class).Inc()
	}
	// A gateway's page has no version and no usage; without this it would look like a quota that nobody uses.
	if a.APIVersion == "" {
		return
	}
	setUsage(m.appUsage, a.Usage.App)
	for _, b := range a.Usage.Business {
		setUsage(m.businessUsage.MustCurryWith(prometheus.Labels{"business_id": b.BusinessID, "use_case": b.Type}), b.Quota)
	}
}

// setUsage turns percentages into ratios, Prometheus's unit for them.
func setUsage(gauge *prometheus.GaugeVec, q client.Quota) {
	gauge.WithLabelValues("call_count").Set(q.CallCount / 100)
	gauge.WithLabelValues("total_time").Set(q.TotalTime / 100)
	gauge.WithLabelValues("total_cputime").Set(q.TotalCPUTime / 100)
}
