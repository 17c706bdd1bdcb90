package conformance

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

const overwriteRounds = 60

// Sixty rounds of a server that responds with 503 before it has read the photo, and of a caller who uses the buffer for
// something else as soon as the call has returned. What comes whole to the server is the photo and nothing else, and
// the race detector sees no read of the buffer by then.
func TestBufferOverwrittenAfterReturn(t *testing.T) {
	t.Parallel()
	o := &overwriting{photo: clienttest.JPEGOfSize(512 << 10)}
	synctest.Test(t, func(t *testing.T) {
		s := clienttest.Serve(t, o.respond)
		for o.round = range overwriteRounds {
			o.call(t, s.Options())
		}
	})
	o.check(t)
}

func TestBufferOverwrittenAfterReturnHTTP2(t *testing.T) {
	t.Parallel()
	o := &overwriting{photo: clienttest.JPEGOfSize(512 << 10)}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(o.respond))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	for o.round = range overwriteRounds {
		o.call(t, []client.Option{client.WithBaseURL(srv.URL), client.WithHTTPClient(srv.Client())})
	}
	srv.Close()
	o.check(t)
}

type overwriting struct {
	photo    []byte
	uploads  uploads
	round    int
	requests chan int      // of this round, so far
	returned chan struct{} // closed when the call of this round has returned
}

// call makes the call of a round. Every other one tries again, and gets through.
func (o *overwriting) call(t *testing.T, opts []client.Option) {
	t.Helper()
	o.requests, o.returned = make(chan int, 1), make(chan struct{})
	o.requests <- 0
	updates := o.round%2 == 0
	c, err := client.New(client.StaticToken(clienttest.Token), append(opts, client.WithRetryPolicy(client.RetryPolicy{
		MaxAttempts: 2, BaseDelay: time.Millisecond, RetryUpdates: updates,
	}))...)
	if err != nil {
		t.Fatal(err)
	}
	buffer := bytes.Clone(o.photo)
	_, err = c.SetGroupPhoto(t.Context(), clienttest.GroupID, bytes.NewReader(buffer))
	clear(buffer)
	close(o.returned)
	if updates {
		clienttest.WantClass(t, err, nil)
	} else {
		clienttest.WantClass(t, err, client.ErrUnavailable)
	}
}

func (o *overwriting) respond(w http.ResponseWriter, r *http.Request) {
	n, returned := <-o.requests, o.returned
	o.requests <- n + 1
	if n > 0 {
		o.uploads.receive(r)
		clienttest.Success(w, r)
		return
	}
	some, wait := int64(o.round)*(8<<10), o.round%3 == 0
	if r.ProtoMajor == 2 { // where the transport stops sending as soon as the response is there
		receiveSome(r, some)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	_ = http.NewResponseController(w).EnableFullDuplex()
	o.uploads.receiveAnd(r, some, func() {
		w.Header().Set("Content-Length", "0") // the response ends here, and the handler does not
		w.WriteHeader(http.StatusServiceUnavailable)
		_ = http.NewResponseController(w).Flush()
		if wait {
			<-returned // so that the rest, if it still comes, is what the buffer holds then
		}
	})
}

func (o *overwriting) check(t *testing.T) {
	t.Helper()
	if n := o.uploads.check(t, o.photo); n < overwriteRounds/2 {
		t.Errorf("%d whole uploads, want at least %d", n, overwriteRounds/2)
	}
}
