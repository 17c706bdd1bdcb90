//go:build !race

// The race detector allocates too, so these tests are built without it only.

package gates

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"golang.org/x/time/rate"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// Bars, the response from memory included; getGroupAllocations depends on the version of encoding/json.
var (
	getGroupBar = cost{allocations: getGroupAllocations, bytes: 4600}
	callInfoBar = cost{allocations: 40, bytes: 4000} // in addition
	updateBar   = cost{allocations: 29, bytes: 2700}
	deleteBar   = cost{allocations: 19, bytes: 2000}
	photoBar    = cost{allocations: 27, bytes: 3200}
)

// maxWeight is how much longer than without package client a program may get that makes the same GET.
const maxWeight = 790_000

// A cost is what one call allocates.
type cost struct{ allocations, bytes uint64 }

// costOf measures a call. The figures are exact: nothing else runs meanwhile but the runtime, and of several rounds the
// one counts that it disturbed least.
func costOf(tb testing.TB, call func() error) cost {
	tb.Helper()
	const runs, rounds = 100, 5
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // a collection would empty the pools of the standard library
	once := func() {
		if err := call(); err != nil {
			tb.Fatal(err)
		}
	}
	once()
	least := cost{math.MaxUint64, math.MaxUint64}
	var before, after runtime.MemStats
	for range rounds {
		runtime.ReadMemStats(&before)
		for range runs {
			once()
		}
		runtime.ReadMemStats(&after)
		least.allocations = min(least.allocations, (after.Mallocs-before.Mallocs)/runs)
		least.bytes = min(least.bytes, (after.TotalAlloc-before.TotalAlloc)/runs)
	}
	return least
}

// aboveBar describes a cost that is above its bar, and is empty for any other.
func aboveBar(c, bar cost) string {
	if c.allocations <= bar.allocations && c.bytes <= bar.bytes {
		return ""
	}
	return fmt.Sprintf("%d allocations of %d bytes, at most %d of %d are wanted",
		c.allocations, c.bytes, bar.allocations, bar.bytes)
}

func TestCostOfGetGroup(t *testing.T) {
	got := costOf(t, getGroup(inMemory(t, allFeatures()...)))
	t.Logf("%+v", got)
	if problem := aboveBar(got, getGroupBar); problem != "" {
		t.Error(problem)
	}
}

// What allocates beyond the bar is reported, be it many small things or one large one.
func TestCostCheckReports(t *testing.T) {
	var kept [][]byte
	for name, sizes := range map[string][]int{"many": make([]int, 16), "large": {4600}} {
		wasteful := client.WithObserver(func(context.Context, client.Attempt) {
			kept = kept[:0]
			for _, size := range sizes {
				kept = append(kept, make([]byte, size+1))
			}
		})
		if aboveBar(costOf(t, getGroup(inMemory(t, append(allFeatures(), wasteful)...))), getGroupBar) == "" {
			t.Errorf("%s: an observer that allocates is not reported", name)
		}
	}
}

// listening responds from memory too, but asks the context for its channel first, as a network's transport does. The
// channel is made when it is asked for, which would otherwise count against the limiter.
type listening struct{ memory }

func (l listening) RoundTrip(req *http.Request) (*http.Response, error) {
	_ = req.Context().Done()
	return l.memory.RoundTrip(req)
}

// A success costs no more for what would have followed a failure, nor for the limiter.
func TestCostOfFeatures(t *testing.T) {
	with := func(options ...client.Option) uint64 {
		return costOf(t, getGroup(behind(t, listening{memory{shortHeader}}, options...))).allocations
	}
	off := with(clienttest.NoRetries)
	for _, feature := range []struct {
		name    string
		atMost  uint64
		options []client.Option
	}{
		{"retry policy", 0, []client.Option{client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 5, RetryUpdates: true})}},
		{"limiter", 5, []client.Option{clienttest.NoRetries, client.WithLimiter(rate.NewLimiter(1e9, 1e9))}},
		{"logger and observer", 1, []client.Option{
			clienttest.NoRetries,
			client.WithLogger(slog.New(slog.NewTextHandler(io.Discard, nil))),
			client.WithObserver(func(context.Context, client.Attempt) {}),
		}},
		{"all", 6, allFeatures()},
	} {
		on := with(feature.options...)
		t.Logf("%s: %d", feature.name, on-off)
		if on > off+feature.atMost {
			t.Errorf("%s: %d allocations, at most %d more than %d are wanted", feature.name, on, feature.atMost, off)
		}
	}
}

func TestCostOfCallInfo(t *testing.T) {
	c := behind(t, memory{graphHeader()})
	without, with := costOf(t, getGroup(c)), costOf(t, getGroupWithInfo(c))
	got := cost{with.allocations - without.allocations, with.bytes - without.bytes}
	t.Logf("%+v", got)
	if problem := aboveBar(got, callInfoBar); problem != "" {
		t.Error(problem)
	}
}

func TestCostOfChanges(t *testing.T) {
	c := inMemory(t)
	for _, change := range []struct {
		name string
		call func() error
		bar  cost
	}{{"UpdateGroup", updateGroup(c), updateBar}, {"DeleteGroup", deleteGroup(c), deleteBar}} {
		got := costOf(t, change.call)
		t.Logf("%s: %+v", change.name, got)
		if problem := aboveBar(got, change.bar); problem != "" {
			t.Errorf("%s: %s", change.name, problem)
		}
	}
}

func TestCostOfSetGroupPhoto(t *testing.T) {
	c := inMemory(t)
	costs := map[cost]string{}
	for _, size := range photoSizes {
		f := photoFile(t, size.bytes)
		got := costOf(t, setGroupPhoto(c, f))
		t.Logf("%s: %+v", size.name, got)
		costs[got] += " " + size.name
		if problem := aboveBar(got, photoBar); problem != "" {
			t.Errorf("%s: %s", size.name, problem)
		}
	}
	if len(costs) != 1 {
		t.Errorf("the cost depends on the photo's size: %v", costs)
	}
}

// goroutines counts those that exist more than before, while a request is being read.
type goroutines struct{ before, started int }

func (g *goroutines) RoundTrip(req *http.Request) (*http.Response, error) {
	first := make([]byte, 1)
	if _, err := io.ReadFull(req.Body, first); err != nil {
		return nil, err
	}
	g.started = runtime.NumGoroutine() - g.before
	return memory{shortHeader}.RoundTrip(req)
}

func TestPhotoIsSentWithoutGoroutine(t *testing.T) {
	f := photoFile(t, 1<<20)
	counting := &goroutines{}
	doer := inPlaceOfNetwork(counting)
	c, err := client.New(client.StaticToken(clienttest.Token), client.WithHTTPClient(doer))
	clienttest.WantClass(t, err, nil)

	counting.before = runtime.NumGoroutine()
	clienttest.WantClass(t, setGroupPhoto(c, f)(), nil)
	if counting.started > 0 {
		t.Errorf("%d goroutines were started", counting.started)
	}
	// One that an earlier test has left may end meanwhile, hence more than one try.
	counting.started = 0
	for tries := 0; tries < 10 && counting.started <= 0; tries++ {
		counting.before = runtime.NumGoroutine()
		clienttest.WantClass(t, uploadByPipe(doer, f)(), nil)
	}
	if counting.started <= 0 {
		t.Error("the goroutine behind a pipe is not counted")
	}
}

func TestBinarySize(t *testing.T) {
	source := clienttest.ReadFile(t, "testdata/bare/main.go")
	bare := sizeOf(t, outside(t, source), ".")
	weight := sizeOf(t, outside(t, clienttest.ReadFile(t, "testdata/wrapped/main.go")), ".") - bare
	t.Logf("package client adds %d bytes to %d", weight, bare)
	if weight > maxWeight {
		t.Errorf("package client adds %d bytes to a program, at most %d are wanted", weight, maxWeight)
	}
	source = strings.Replace(source, "import (", "import (\n\"html/template\"", 1)
	source = strings.Replace(source, "main() {", "main() {\n_ = template.New(os.Args[0]).Execute(os.Stdout, nil)", 1)
	if heavy := sizeOf(t, outside(t, source), ".") - bare; heavy <= maxWeight {
		t.Errorf("package html/template adds %d bytes only: this measures something else", heavy)
	}
}
