package conformance

import (
	"fmt"
	"maps"
	"math/rand/v2"
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
	shaky bool        // all Doers, both versions of HTTP, and connections that fail
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
		var requests atomic.Int64
		serve := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			var world, group int
			_, id, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
			if _, err := fmt.Sscanf(id, soakID, &world, &group); err != nil {
				t.Errorf("path %s: %v", r.URL.Path, err)
			}
			worlds[world].fake.Handler().ServeHTTP(w, r)
		})
		nets := []*cellNet{newCellNet(1, serve), newCellNet(2, serve)}
		shaking := &shaking{rng: rand.New(rand.NewPCG(s.seed, 0))}
		for _, n := range nets {
			n.transport.DialContext = shaking.dial(n.transport.DialContext)
		}
		for shift := 0; s.made < s.calls && !s.late.Load(); shift++ {
			policy := client.RetryPolicy{MaxAttempts: 3, RetryUpdates: shift%4 == 3}
			net, doer := nets[0], soakDoers[0]
			if s.shaky {
				net, doer = nets[shift/len(soakDoers)%2], soakDoers[shift%len(soakDoers)]
				shaking.set(shift/len(soakDoers)%4 > 1)
			}
			c, err := client.New(client.StaticToken(clienttest.Token), client.WithBaseURL(clienttest.PipeURL),
				client.WithAppSecret(clienttest.AppSecret), client.WithRetryPolicy(policy),
				client.WithHTTPClient(doer.make(wrap(net.transport))))
			if err != nil {
				t.Fatal(err)
			}
			var working sync.WaitGroup
			for _, w := range worlds {
				w.doer, w.shaken = doer, s.shaky
				working.Go(func() {
					for range min(soakShift, (s.calls+soakWorlds-1)/soakWorlds-w.calls) {
						w.step(t, c, policy.RetryUpdates)
					}
				})
			}
			working.Wait()
		}
		shaking.set(false)
		for _, n := range nets {
			if left := n.close(); left > 0 {
				t.Errorf("%d connections left open", left)
			}
		}
		s.requests = int(requests.Load())
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
		fakegraph.WithToken(clienttest.Token), fakegraph.WithAppSecret(clienttest.AppSecret),
		// Or an empty yes to the second name would be a lie.
		fakegraph.WithPhotoPart("file", "profile_picture_file"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{soak: s, number: n, fake: fake}
	for i := range soakGroups {
		w.groups = append(w.groups, fmt.Sprintf(soakID, n, i))
	}
	return w
}
