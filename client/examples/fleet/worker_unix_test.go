//go:build unix

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// worker is a process of the fleet. It reads its ids from a pipe, so that the test decides when there is work.
type worker struct {
	number int
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    chan string // lines of its standard output
	told   []string    // the lines that it has to write
	wrote  []string    // the lines that were received
	ended  sync.WaitGroup

	mu  sync.Mutex
	log strings.Builder
}

// startWorker runs this test binary again, as the program.
func startWorker(t *testing.T, number int, graphURL, redisURL string, args ...string) *worker {
	t.Helper()
	w := &worker{number: number, out: make(chan string, groupsPerWorker)}
	w.cmd = exec.CommandContext(t.Context(), os.Args[0], append(args, "-")...)
	w.cmd.Env = append(os.Environ(), asProgram+"=1", "REDIS_URL="+redisURL,
		"WAGROUPS_BASE_URL="+graphURL, "WHATSAPP_ACCESS_TOKEN="+testToken,
		"GORACE=atexit_sleep_ms=0") // the race detector waits a second at the end of a process
	w.cmd.Stderr = w
	stdout, err := w.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.ended.Go(func() {
		defer close(w.out)
		for lines := bufio.NewScanner(stdout); lines.Scan(); {
			w.out <- lines.Text()
		}
	})
	return w
}

// Write takes what the process says on its standard error.
func (w *worker) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(p)
}

// logged is what the process has said so far.
func (w *worker) logged() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.String()
}

// said counts the lines of the log with that text.
func (w *worker) said(text string) int { return strings.Count(w.logged(), text) }

// feed gives the worker its next groups.
func (w *worker) feed(n int) error {
	for range n {
		g := groupOf(w.number, len(w.told))
		w.told = append(w.told, fmt.Sprintf("%s\t%q", g.ID, g.Subject))
		if _, err := fmt.Fprintln(w.in, g.ID); err != nil {
			return err
		}
	}
	return nil
}

// drain waits until the worker has read all that it was given.
func (w *worker) drain() error {
	for len(w.wrote) < len(w.told) {
		line, ok := <-w.out
		if !ok {
			return fmt.Errorf("worker %d ended early; its log:\n%s", w.number, w.logged())
		}
		w.wrote = append(w.wrote, line)
	}
	return nil
}

// until gives the worker groups, one at a time, until its log has that text.
func (w *worker) until(text string) error {
	if err := w.drain(); err != nil {
		return err
	}
	for w.said(text) == 0 {
		if err := errors.Join(w.feed(1), w.drain()); err != nil {
			return err
		}
	}
	return nil
}

// finish ends the input and with it the worker, and compares what it did with what it was told.
func (w *worker) finish(t *testing.T) {
	t.Helper()
	if err := w.in.Close(); err != nil {
		t.Error(err)
	}
	for line := range w.out {
		w.wrote = append(w.wrote, line)
	}
	w.ended.Wait()
	if err := w.cmd.Wait(); err != nil {
		t.Errorf("worker %d: %v, its log:\n%s", w.number, err, w.logged())
	}
	slices.Sort(w.wrote)
	slices.Sort(w.told)
	if !slices.Equal(w.wrote, w.told) {
		t.Errorf("worker %d was told to read %d groups and wrote %d lines, or others", w.number, len(w.told), len(w.wrote))
	}
	hasNoSecrets(t, w.logged())
}
