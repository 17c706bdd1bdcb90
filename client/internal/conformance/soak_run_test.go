package conformance

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

const (
	soakWorlds = 8
	soakGroups = 40 // in each world
	soakShift  = 20 // calls of each world to one client, whose budget is then used up or not
)

// A soak is a number of calls to a number of worlds, and what became of them.
type soak struct {
	calls int
	seed  uint64
	late  atomic.Bool // set from outside to end it

	mu       sync.Mutex
	made     int
	requests int
	outcomes map[string]int
	problems []string
}

func newSoak(calls int, seed uint64) *soak {
	return &soak{calls: calls, seed: seed, outcomes: map[string]int{}}
}

// String sums up a soak.
func (s *soak) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d calls, %d requests", s.made, s.requests)
	for _, outcome := range slices.Sorted(maps.Keys(s.outcomes)) {
		fmt.Fprintf(&b, ", %s %d", outcome, s.outcomes[outcome])
	}
	return b.String()
}

func (s *soak) report(problem string) {
	const enough = 20
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.problems) < enough {
		s.problems = append(s.problems, problem)
	}
}

// count keeps account of an outcome.
func (s *soak) count(k soakCall) {
	outcome := clienttest.ClassesOf(k.err)
	if k.err == nil {
		outcome = "success"
		if k.receipt != nil && k.receipt.Repeated {
			outcome = "success, repeated"
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.made++
	s.outcomes[outcome]++
}

// run makes the calls in virtual time, on pipes. Wrap may put something between the client and the network.
func (s *soak) run(t *testing.T, wrap func(http.RoundTripper) http.RoundTripper) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		worlds := make([]*world, soakWorlds)
		for i := range worlds {
			worlds[i] = s.newWorld(t, i)
		}
		server := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			var world, group int
			_, id, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
			if _, err := fmt.Sscanf(id, soakID, &world, &group); err != nil {
				t.Errorf("path %s: %v", r.URL.Path, err)
			}
			worlds[world].fake.Handler().ServeHTTP(w, r)
		})
		server.Transport.MaxIdleConnsPerHost = soakWorlds
		for shift := 0; s.made < s.calls && !s.late.Load(); shift++ {
			policy := client.RetryPolicy{MaxAttempts: 3, RetryUpdates: shift%4 == 3}
			c := server.Client(client.WithAppSecret(clienttest.AppSecret), client.WithRetryPolicy(policy),
				client.WithHTTPClient(&http.Client{Transport: wrap(server.Transport)}))
			var working sync.WaitGroup
			for _, w := range worlds {
				working.Go(func() {
					for range min(soakShift, (s.calls+soakWorlds-1)/soakWorlds-w.calls) {
						w.step(t, c, policy.RetryUpdates)
					}
				})
			}
			working.Wait()
		}
		s.requests = server.Requests()
		for _, w := range worlds {
			if err := w.fake.Err(); err != nil {
				t.Error(err)
			}
			_ = w.fake.Close()
		}
	})
}

const soakID = "soak-%d-%d"

func (s *soak) newWorld(t *testing.T, n int) *world {
	t.Helper()
	fake, err := fakegraph.New(fakegraph.WithStrictHeaders(),
		fakegraph.WithToken(clienttest.Token), fakegraph.WithAppSecret(clienttest.AppSecret))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{soak: s, number: n, fake: fake}
	for i := range soakGroups {
		w.groups = append(w.groups, fmt.Sprintf(soakID, n, i))
	}
	return w
}
