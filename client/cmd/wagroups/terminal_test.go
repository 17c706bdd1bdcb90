package main

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
)

func contextThatEnds(t *testing.T) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}

// readerThen calls f when somebody reads.
type readerThen struct {
	io.Reader
	f func()
}

func (r readerThen) Read(b []byte) (int, error) {
	r.f()
	return r.Reader.Read(b)
}

func TestIsTerminal(t *testing.T) {
	file, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	if isTerminal(file) || isTerminal(strings.NewReader("")) {
		t.Error("neither is a terminal")
	}
	if terminalWidth(file) != 0 || terminalWidth(strings.NewReader("")) != 0 {
		t.Error("neither has a width")
	}
}

func TestInterruptible(t *testing.T) {
	got, err := io.ReadAll(interruptible{t.Context(), strings.NewReader("all of it")})
	if err != nil || string(got) != "all of it" {
		t.Errorf("read %q, %v", got, err)
	}
	in, writer := io.Pipe()
	t.Cleanup(func() { _ = writer.Close() })
	ctx, cancel := contextThatEnds(t)
	if _, err := (interruptible{ctx, readerThen{in, cancel}}).Read(make([]byte, 1)); !errors.Is(err, context.Canceled) {
		t.Errorf("the read ended with %v", err)
	}
}

// A pipe that never ends must not keep the command from ending.
func TestPhotoInterruptedStdin(t *testing.T) {
	fake, w := startFake(t)
	in, writer := io.Pipe()
	t.Cleanup(func() { _ = writer.Close() })
	ctx, cancel := contextThatEnds(t)
	w.ctx, w.in = ctx, readerThen{in, cancel}
	w.expectFailure(t, exitOther, "wagroups: interrupted; nothing was changed", "photo", testID, "-")
	if len(fake.Requests()) != 0 {
		t.Error("a request was sent")
	}
}
