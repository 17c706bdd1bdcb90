package main

import (
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func TestProgress(t *testing.T) {
	fake := fakegraph.Start(t, fakegraph.WithGroups(neighbours(4)...))
	b := newSetup(t, fake.URL(), 4)
	var stdout, stderr strings.Builder
	start := func() (string, error) {
		stderr.Reset()
		err := run(t.Context(), process{
			args:   []string{"-ids", b.ids, "-out", b.out},
			getenv: func(name string) string { return b.env[name] },
			stdin:  strings.NewReader(""), stdout: &stdout, stderr: &stderr, isTerminal: true,
		})
		return stderr.String(), err
	}
	text, err := start()
	if err != nil || !strings.HasPrefix(text, "\rReading   0% ") || !strings.Contains(text, "\rReading 100% ") ||
		!strings.Contains(text, "(4/4") || !strings.HasSuffix(text, "\n") {
		t.Errorf("ended with %v, the bar is %q", err, text)
	}
	// No bar when there is nothing to do.
	if text, err = start(); err != nil || text != "" {
		t.Errorf("ended with %v, stderr %q", err, text)
	}
}

// A pause stands on a line of its own, above the bar.
func TestProgressPause(t *testing.T) {
	const message = "The server throttles: all workers pause for 1m30s.\n"
	for _, isTerminal := range []bool{false, true} {
		var out strings.Builder
		p := newProgress(&out, isTerminal)
		p.start(2)
		p.step()
		p.paused(90 * time.Second)
		p.step()
		p.end()
		before, after, ok := strings.Cut(out.String(), message)
		switch {
		case !ok:
			t.Errorf("no message in %q", out.String())
		case !isTerminal && (before != "" || after != ""):
			t.Errorf("without a terminal: %q", out.String())
		case isTerminal && (!strings.HasSuffix(before, "\r") || !strings.Contains(after, "(2/2")):
			t.Errorf("on a terminal: %q", out.String())
		}
	}
}
