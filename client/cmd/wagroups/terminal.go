package main

import (
	"context"
	"io"
	"os"

	"golang.org/x/term"
)

// isTerminal reports whether a person sits at the other end of a stream.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// terminalWidth returns the columns of a terminal, 0 when it does not say.
func terminalWidth(stream any) int {
	f, ok := stream.(*os.File)
	if !ok {
		return 0
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0
	}
	return width
}

// interruptible is a reader whose Read ends with the context, which a read from a terminal or a pipe does not. The read
// itself then goes on in the background, into a buffer of its own.
type interruptible struct {
	ctx context.Context //nolint:containedctx // Read takes none
	in  io.Reader
}

func (r interruptible) Read(b []byte) (int, error) {
	type read struct {
		data []byte
		err  error
	}
	done := make(chan read, 1)
	own := make([]byte, len(b))
	go func() {
		n, err := r.in.Read(own)
		done <- read{own[:n], err}
	}()
	select {
	case <-r.ctx.Done():
		return 0, r.ctx.Err()
	case got := <-done:
		return copy(b, got.data), got.err
	}
}
