package conformance

import (
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A badBody is what a Doer may return for a body.
type badBody struct {
	read  func(b []byte) (int, error)
	close func() error
}

func (b badBody) Read(p []byte) (int, error) { return b.read(p) }
func (b badBody) Close() error               { return b.close() }

// badBodies get a channel that is closed at the end of the test, for what would block for ever.
var badBodies = []struct {
	name   string
	make   func(ended <-chan struct{}) badBody
	blocks bool
	change error // under 200
}{
	{"nothing, for ever", func(<-chan struct{}) badBody {
		return badBody{func([]byte) (int, error) { return 0, nil }, closed}
	}, false, client.ErrAmbiguous},
	{"more than there is room for", func(<-chan struct{}) badBody {
		return badBody{func(b []byte) (int, error) { return len(b) + 1, nil }, closed}
	}, false, client.ErrAmbiguous},
	{"less than nothing", func(<-chan struct{}) badBody {
		return badBody{func([]byte) (int, error) { return -1, nil }, closed}
	}, false, client.ErrAmbiguous},
	{"a panic", func(<-chan struct{}) badBody {
		return badBody{func([]byte) (int, error) { panic("a bug") }, closed}
	}, false, client.ErrAmbiguous},
	{"a panic in Close", func(<-chan struct{}) badBody {
		return badBody{theEnd, func() error { panic("a bug") }}
	}, false, nil},
	{"a Close that blocks", func(ended <-chan struct{}) badBody {
		return badBody{theEnd, func() error { <-ended; return nil }}
	}, false, nil},
	{"a Read that blocks", func(ended <-chan struct{}) badBody {
		return badBody{func([]byte) (int, error) { <-ended; return 0, io.EOF }, closed}
	}, true, client.ErrAmbiguous},
	{"a Read that blocks until Close", func(<-chan struct{}) badBody {
		r, _ := io.Pipe()
		return badBody{r.Read, r.Close}
	}, true, client.ErrAmbiguous},
	{"a byte a second", func(<-chan struct{}) badBody {
		return badBody{func(b []byte) (int, error) { <-time.After(time.Second); b[0] = ' '; return 1, nil }, closed}
	}, true, client.ErrAmbiguous},
}

func closed() error { return nil }

func theEnd(b []byte) (int, error) { return copy(b, `{"id":"1"}`), io.EOF }

// No body keeps a call beyond its attempt, or makes it panic. Without the body the status counts where it can.
func TestBadBodies(t *testing.T) {
	for _, body := range badBodies {
		for _, status := range []int{101, 200, 429} {
			for _, op := range clienttest.Operations {
				t.Run(body.name+"/"+http.StatusText(status)+"/"+op.Name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						ended := make(chan struct{})
						defer func() { close(ended); <-time.After(time.Second) }() // for the last read
						s := clienttest.Serve(t, clienttest.Success)
						c := s.Client(clienttest.NoRetries, client.WithHTTPClient(clienttest.DoerFunc(
							func(r *http.Request) (*http.Response, error) {
								resp, err := s.Transport.RoundTrip(r)
								if err == nil {
									_, _ = io.Copy(io.Discard, resp.Body)
									_ = resp.Body.Close()
									resp.StatusCode, resp.Body, resp.ContentLength = status, body.make(ended), -1
								}
								return resp, err
							})))
						class, took := body.change, time.Duration(0)
						if class != nil && !op.Change {
							class = client.ErrUnavailable
						}
						if body.blocks && status != 101 {
							took = 30 * time.Second
						}
						switch {
						case status == 101 && op.Change:
							class = client.ErrAmbiguous
						case status == 101:
							class = client.ErrUnknown
						case status == 429:
							class = client.ErrRateLimited
						}
						start := time.Now()
						err := op.Call(t.Context(), c, clienttest.GroupID)
						clienttest.WantClass(t, err, class)
						clienttest.Equal(t, "time", time.Since(start), took)
						var limit interface{ Timeout() bool }
						if took > 0 && (!errors.As(err, &limit) || !limit.Timeout()) {
							t.Errorf("%v is no timeout", err)
						}
					})
				})
			}
		}
	}
}
