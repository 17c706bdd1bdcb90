package fakegraph

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
)

// Server is a fake Graph server. Create one with [New] or [Start]. It is safe for concurrent use.
type Server struct {
	config   config
	contract *contract
	handler  http.Handler
	doer     *http.Client
	receiver *http.Client // to the webhook
	network  *network

	mu         sync.Mutex // guards what follows
	groups     map[string]*stored
	faults     []queuedFault
	lastFault  int // the ID of the fault that was queued last
	requests   kept[recorded]
	updates    int // accepted ones
	deletions  int // accepted ones
	pending    []*change
	held       []*event // for a batch
	deliveries kept[Delivery]
	verified   bool // the receiver
	err        error
	era        int // counts the resets; what began in an earlier one is over
	revisions  [pieces]int
	watchers   map[chan struct{}]struct{}
}

// New returns a server that does not listen yet. Then use [Server.Listen] or [Server.Doer], or pass [Server.Handler] to
// a server of your own. The error names a wrong option, such as a seed that cannot be read. Close the server after use.
func New(opts ...Option) (*Server, error) {
	c, err := loadedContract()
	if err != nil {
		return nil, err
	}
	cfg, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	s := &Server{config: cfg, contract: c, network: newNetwork(), groups: map[string]*stored{}}
	for _, st := range s.config.groups {
		if err := s.PutGroup(st.group); err != nil {
			return nil, err
		}
		s.groups[st.group.ID].photo = st.photo
	}
	router, err := newRouter(s)
	if err != nil {
		return nil, err
	}
	s.handler = router
	if cfg.control {
		if s.handler, err = s.withControl(router); err != nil {
			return nil, err
		}
	}
	s.doer = s.network.newDoer(s.handler)
	s.receiver = newClient(&http.Transport{})
	if h := cfg.webhook().Handler; h != nil {
		s.receiver = s.network.newDoer(h)
	}
	return s, nil
}

// TB is the part of testing.TB that [Start] needs, so that this package does not import package testing. A *testing.T
// is one.
type TB interface {
	Helper()
	Fatalf(format string, args ...any)
	Cleanup(func())
}

// Start returns a server that listens on a free port of 127.0.0.1 until the test ends. If it cannot start, or has sent
// a response that breaks the contract (see [Server.Err]), the test fails. Do not use it in a testing/synctest bubble,
// whose time stops while a goroutine waits for a socket; use [New] and [Server.Doer] there.
func Start(tb TB, opts ...Option) *Server {
	tb.Helper()
	s, err := New(opts...)
	if err != nil {
		tb.Fatalf("%v", err)
		return nil
	}
	if err := s.Listen("127.0.0.1:0"); err != nil {
		tb.Fatalf("%v", err)
		return nil
	}
	tb.Cleanup(func() {
		tb.Helper()
		if err := errors.Join(s.Close(), s.Err()); err != nil {
			tb.Fatalf("%v", err)
		}
	})
	return s
}

// Handler returns the server as a handler for an http.Server or an httptest.Server, over HTTP/1.1 or HTTP/2. To drop a
// connection it panics with [http.ErrAbortHandler], which net/http handles.
func (s *Server) Handler() http.Handler { return s.handler }

// Doer returns an HTTP client whose requests all come to this server, whichever host they name, over HTTP/1.1 on a
// connection in memory. Each request has a new connection, and redirects are not followed. It works in a
// testing/synctest bubble, and until the server is closed.
func (s *Server) Doer() *http.Client {
	client := *s.doer // the caller may set a Timeout
	return &client
}

// Err returns the first error of the server itself: a response, other than that of a fault, that breaks the contract.
// The HTTP client got an error with code 1 instead. If it is not nil, this package has a bug.
func (s *Server) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

func (s *Server) setErr(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err == nil {
		s.err = fmt.Errorf("fakegraph: a response broke the contract: %w", err)
	}
}

// Listen serves HTTP/1.1 on an address such as "127.0.0.1:8080" in the background until [Server.Close]. Port 0 is a
// free port. A server listens only once. It serves loopback host names and those of [WithHosts]; a request for another
// host gets status 421. A cross-origin request that would change something gets status 403.
func (s *Server) Listen(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("fakegraph: %w", err)
	}
	handler := s.guard(s.handler)
	if s.config.wrap != nil {
		handler = s.config.wrap(handler)
	}
	if err := s.network.serve(listener, handler); err != nil {
		return errors.Join(fmt.Errorf("fakegraph: %w", err), listener.Close())
	}
	return nil
}

// URL returns the base URL of the listener, such as "http://127.0.0.1:8080". Without a listener it returns
// "http://localhost", for [Server.Doer].
func (s *Server) URL() string { return s.network.url() }

// Format prints a server as its URL, whatever the verb.
func (s *Server) Format(f fmt.State, _ rune) {
	if s == nil {
		_, _ = io.WriteString(f, "fakegraph.Server(nil)")
		return
	}
	_, _ = fmt.Fprintf(f, "fakegraph.Server(%s)", s.URL())
}

// Close ends all connections and stalled requests, and waits until nothing runs any more. After that Listen and Doer
// fail. A second Close does nothing.
func (s *Server) Close() error { return s.network.close() }

// isPast tells whether a reset has forgotten what began in an era.
func (s *Server) isPast(era int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return era != s.era
}

// untilClosed returns a context that also ends with Close.
func (s *Server) untilClosed(ctx context.Context) (context.Context, func()) {
	return s.network.untilClosed(ctx)
}
