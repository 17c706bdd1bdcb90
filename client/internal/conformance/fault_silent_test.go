package conformance

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// An HTTP/2 connection may die without a sign: nothing comes back, and nothing closes it. The default transport notices
// after 15 seconds of silence and 5 more without the response to a ping, and what waits goes on over a new connection.
func TestHTTP2ConnectionDiesSilently(t *testing.T) {
	const noticed = 20 * time.Second
	results := wants{
		read:   want{attempts: 2},
		update: want{class: client.ErrAmbiguous, attempts: 1},
		remove: want{attempts: 2},
	}
	for _, op := range clienttest.Operations {
		for _, callers := range []int{1, 8} {
			t.Run(fmt.Sprint(op.Name, callers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					n := newCellNet(2, http.HandlerFunc(clienttest.Success))
					var dead atomic.Bool
					dial := n.transport.DialContext
					n.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
						conn, err := dial(ctx, network, address)
						if err != nil || dead.Load() {
							return conn, err
						}
						return silentConn{conn, &dead}, nil
					}
					c, err := client.New(client.StaticToken(clienttest.Token), client.WithBaseURL(clienttest.PipeURL),
						client.WithHTTPClient(&http.Client{Transport: n.transport}))
					clienttest.WantClass(t, err, nil)
					clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
					dead.Store(true)
					start := time.Now()
					var group sync.WaitGroup
					for range callers {
						group.Go(func() {
							ctx, info := client.WithCallInfo(t.Context())
							err := op.Call(ctx, c, clienttest.GroupID)
							check(t, err, info.Attempts, results.of(op))
							if took := time.Since(start); took < noticed || took > noticed+time.Second {
								t.Errorf("the call took %s", took)
							}
						})
					}
					group.Wait()
					clienttest.Equal(t, "open connections", n.close(), 0)
				})
			})
		}
	}
}

// What is written to a silentConn is lost once dead is set.
type silentConn struct {
	net.Conn
	dead *atomic.Bool
}

func (c silentConn) Write(b []byte) (int, error) {
	if c.dead.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}
