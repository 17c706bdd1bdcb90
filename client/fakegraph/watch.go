package fakegraph

// piece is something that a viewer of the control API looks at.
type piece int

const (
	pieceGroups piece = iota
	pieceFaults
	pieceRequests
	pieceDeliveries
	pieces
)

// touch tells the viewers that a piece has changed. It waits for none of them. The caller holds the lock.
func (s *Server) touch(p piece) {
	s.revisions[p]++
	for wake := range s.watchers {
		select {
		case wake <- struct{}{}:
		default: // it has been woken already
		}
	}
}

// watch returns a channel that gets a value when something has changed, until stop is called.
func (s *Server) watch() (changed <-chan struct{}, stop func()) {
	wake := make(chan struct{}, 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.watchers == nil {
		s.watchers = map[chan struct{}]struct{}{}
	}
	s.watchers[wake] = struct{}{}
	return wake, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.watchers, wake)
	}
}
