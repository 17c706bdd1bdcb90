package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-redis/redis_rate/v10"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	workers         = 4
	groupsPerWorker = 200
	testToken       = "EAAplantedTokenOfTheTests"
	// idPrefix is in every group id.
	idPrefix = "Y2FwaV9ncm91cDoxNTU1MDEwMDAx"
)

// The limit of the tests in real time.
var perSecond = redis_rate.Limit{Rate: 50, Period: time.Second, Burst: 5}

func groupOf(worker, n int) fakegraph.Group {
	return fakegraph.Group{
		ID:      fmt.Sprintf("%sw%dn%d", idPrefix, worker, n),
		Subject: fmt.Sprintf("Allotment Neighbours %d of plot %d", n, worker),
	}
}

// graph is a fake Graph that knows when each request arrived.
type graph struct {
	*fakegraph.Server
	url string

	mu       sync.Mutex
	start    time.Time
	arrivals []time.Time // since start
}

func startGraph(t *testing.T) *graph {
	t.Helper()
	var groups []fakegraph.Group
	for worker := range workers {
		for n := range groupsPerWorker {
			groups = append(groups, groupOf(worker, n))
		}
	}
	fake, err := fakegraph.New(fakegraph.WithToken(testToken), fakegraph.WithGroups(groups...))
	if err != nil {
		t.Fatal(err)
	}
	g := &graph{Server: fake}
	handler := fake.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		now := time.Now()
		g.mu.Lock()
		g.arrivals = append(g.arrivals, now)
		g.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		server.Close()
		if err := fake.Close(); err != nil {
			t.Error(err)
		}
	})
	g.url = server.URL
	return g
}

// begin starts the count. No request may be under way.
func (g *graph) begin() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.start, g.arrivals = time.Now(), nil
}

// early returns an error if a request arrived before it was due. It goes by the time since the start and not since
// another request: that one may have been late, for many reasons.
func (g *graph) early(limit redis_rate.Limit) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	slices.SortFunc(g.arrivals, time.Time.Compare)
	for i, at := range g.arrivals {
		if d, due := at.Sub(g.start), interval(limit)*time.Duration(i+1-limit.Burst); d < due {
			return fmt.Errorf("request %d arrived %s after the start and was due after %s", i+1, d, due)
		}
	}
	return nil
}

// rate is what was reached, as a part of the limit.
func (g *graph) rate(limit redis_rate.Limit) float64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	took := slices.MaxFunc(g.arrivals, time.Time.Compare).Sub(g.start)
	return float64(len(g.arrivals)-limit.Burst) * float64(interval(limit)) / float64(took)
}

// perWorker counts requests by the worker that was told to make them.
func perWorker(requests []fakegraph.Request) (counts [workers]int) {
	for _, r := range requests {
		for worker := range workers {
			if strings.Contains(r.Path, fmt.Sprintf("%sw%dn", idPrefix, worker)) {
				counts[worker]++
			}
		}
	}
	return counts
}

// hasNoSecrets looks at what goes to the standard error.
func hasNoSecrets(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{testToken, idPrefix, "plantedRedisPassword"} {
		if strings.Contains(text, secret) {
			t.Errorf("%s is in\n%s", secret, text)
		}
	}
}
