package conformance

import (
	"context"
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
	for name, write := range map[string]func(c *silentConn, b []byte) (int, error){
		"what is sent is lost": func(_ *silentConn, b []byte) (int, error) { return len(b), nil },
		"nothing can be sent":  func(c *silentConn, _ []byte) (int, error) { <-c.closed; return 0, net.ErrClosed },
	} {
		for _, op := range clienttest.Operations {
			for _, callers := range []int{1, 8} {
				t.Run(name+"/"+op.Name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						n := newCellNet(2, http.HandlerFunc(clienttest.Success))
						var dead atomic.Bool
						dial := n.transport.DialContext
						n.transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
							conn, err := dial(ctx, network, address)
							if err != nil || dead.Load() {
								return conn, err
							}
							return newSilentConn(conn, &dead, write), nil
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
}

// A silentConn is cut off from its other end once dead is set.
type silentConn struct {
	net.Conn
	dead   *atomic.Bool
	write  func(*silentConn, []byte) (int, error)
	closed chan struct{}
	end    func()
}

func newSilentConn(c net.Conn, dead *atomic.Bool, write func(*silentConn, []byte) (int, error)) *silentConn {
	s := &silentConn{Conn: c, dead: dead, write: write, closed: make(chan struct{})}
	s.end = sync.OnceFunc(func() { close(s.closed) })
	return s
}

func (c *silentConn) Write(b []byte) (int, error) {
	if c.dead.Load() {
		return c.write(c, b)
	}
	return c.Conn.Write(b)
}

func (c *silentConn) Close() error {
	c.end()
	return c.Conn.Close()
}
