package conformance

import (
	"flag"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

var (
	soakCalls = flag.Int("soak", 2_000, "how many calls TestSoak makes")
	soakSeed  = flag.Uint64("soakseed", 1, "what decides over calls and faults of TestSoak; 0 for something new")
	soakTime  = flag.Duration("soaktime", 5*time.Minute, "how long TestSoak may take")
)

// Faults at random, and the truth after each call: what the client reports as done is done, what it reports as refused
// is not, and of everything else it says that it does not know.
func TestSoak(t *testing.T) {
	t.Parallel()
	seed := *soakSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	start := time.Now()
	s := newSoak(*soakCalls, seed)
	s.shaky = true
	stop := time.AfterFunc(*soakTime, func() { s.late.Store(true) }) // in real time: outside of the bubble
	defer stop.Stop()
	s.run(t, func(rt http.RoundTripper) http.RoundTripper { return rt })
	t.Logf("seed %d: %s in %v", seed, s, time.Since(start).Round(time.Millisecond))
	for _, problem := range s.problems {
		t.Error(problem)
	}
	if s.late.Load() {
		t.Errorf("not finished within %v", *soakTime)
	}
	for _, outcome := range []string{
		"success", "success, repeated", "ErrNotFound", "ErrUnauthorized", "ErrForbidden", "ErrInvalidRequest",
		"ErrRateLimited", "ErrUnavailable", "ErrAmbiguous", "ErrMalformedResponse", "ErrPartial", "ErrUnknown",
	} {
		if s.outcomes[outcome] == 0 && *soakCalls >= 2_000 {
			t.Errorf("no call came to %s", outcome)
		}
	}
}

// Each of these lies about every request of its kind, so that what it is found out by does not depend on which of the
// worlds is served first.
func TestSoakFindsLiars(t *testing.T) {
	t.Parallel()
	change := func(r *http.Request) bool { return r.Method != http.MethodGet }
	read := func(r *http.Request) bool { return !change(r) }
	for _, liar := range []struct {
		name  string
		lies  func(*http.Request) bool
		tell  func(rt http.RoundTripper, r *http.Request) (*http.Response, error)
		found string
	}{
		{"says yes and does nothing", change, func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
			return invented(r, 200, `{"success":true}`)
		}, "success was reported"},
		{"does it and says no", change, func(rt http.RoundTripper, r *http.Request) (*http.Response, error) {
			return instead(rt, r, 400, clienttest.GraphError(100))
		}, "a refusal was reported"},
		{"does it twice", change, func(rt http.RoundTripper, r *http.Request) (*http.Response, error) {
			return twice(rt).Do(r)
		}, "request ID"},
		{"makes groups up", read, func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
			return invented(r, 200, `{"id":"1","subject":"made up"}`)
		}, "a group was read"},
		{"loses groups", read, func(_ http.RoundTripper, r *http.Request) (*http.Response, error) {
			return invented(r, 400, clienttest.GraphError(131041))
		}, "the group was there"},
	} {
		t.Run(liar.name, func(t *testing.T) {
			s := newSoak(200, 1)
			s.run(t, func(rt http.RoundTripper) http.RoundTripper {
				return roundTrip(func(r *http.Request) (*http.Response, error) {
					if liar.lies(r) {
						return liar.tell(rt, r)
					}
					return rt.RoundTrip(r)
				})
			})
			if !strings.Contains(strings.Join(s.problems, "\n"), liar.found) {
				t.Errorf("not found out: %s", s)
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// invented makes a response to a request that goes nowhere.
func invented(r *http.Request, status int, body string) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	return &http.Response{
		StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r, Header: http.Header{},
		ContentLength: int64(len(body)), Body: io.NopCloser(strings.NewReader(body)),
	}, nil
}

// instead passes a request on and replaces the response.
func instead(rt http.RoundTripper, r *http.Request, status int, body string) (*http.Response, error) {
	resp, err := rt.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
	r.Body = nil
	return invented(r, status, body)
}
