package main

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// trouble is what happens to a request now and then, and passes.
func trouble(random *rand.Rand) fakegraph.Fault {
	faults := []fakegraph.Fault{
		{Status: 503}, {Code: 2}, {Status: 502, HTML: true}, {HTML: true}, {DropBefore: true}, {CutAfter: 20},
		{ContentType: "text/javascript"},
	}
	return faults[random.IntN(len(faults))]
}

// A run of full size, with random faults, interrupted at random points: in the end there is one line for each id, and
// no group with a line was asked for again.
func TestTenThousand(t *testing.T) {
	const (
		groups        = 10_000
		interruptions = 5
		concurrency   = 16
	)
	server := startFront(t, groups)
	b := newSetup(t, server.URL, groups)
	random := rand.New(rand.NewPCG(1, 2))
	faults := 0
	for sent := 0; sent < groups; faults++ {
		fine := 1 + random.IntN(60)
		server.fake.FailNext(fakegraph.Fault{Times: fine}, trouble(random))
		sent += fine + 1
	}

	for n := range interruptions {
		ctx, interrupt := context.WithCancel(t.Context())
		arrived := server.after(1 + random.IntN(groups/interruptions))
		go func() {
			<-arrived
			interrupt()
		}()
		if _, _, err := b.run(ctx, t); err == nil || !strings.HasPrefix(err.Error(), "interrupted; ") {
			t.Fatalf("interruption %d: the run ended with %v", n, err)
		}
	}
	// When too many faults hit the same group it is left to the next run.
	runs := interruptions
	for {
		runs++
		_, _, err := b.run(t.Context(), t)
		if err == nil {
			break
		}
		if runs == 2*interruptions {
			t.Fatal(err)
		}
	}

	b.wantLines(t, groups)
	// What was under way at an interruption, or was lost, is asked for again.
	sent, limit := server.requests(), groups+faults+(runs-1)*concurrency
	if sent < groups || sent > limit {
		t.Errorf("%d requests, want %d to %d", sent, groups, limit)
	}
	t.Logf("%d requests, %d faults, %d runs", sent, faults, runs)
}

// The same against kill -9, with a process of its own for each run.
func TestKill(t *testing.T) {
	const (
		groups      = 1000
		kills       = 4
		concurrency = 8
	)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	server := startFront(t, groups)
	b := newSetup(t, server.URL, groups)
	random := rand.New(rand.NewPCG(3, 4))
	for range kills {
		child := exec.CommandContext(t.Context(), self, "-ids", b.ids, "-out", b.out, "-concurrency", "8")
		child.Env = append(os.Environ(), asChild+"=1")
		for name, value := range b.env {
			child.Env = append(child.Env, name+"="+value)
		}
		var stderr strings.Builder
		child.Stderr = &stderr
		arrived := server.after(1 + random.IntN(groups/kills))
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- child.Wait() }()
		select {
		case <-arrived:
		case err := <-ended:
			t.Fatalf("the process ended too early with %v, stderr %q", err, stderr.String())
		}
		if err := child.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		// It had nothing to say: it did not end by itself.
		if err := <-ended; err == nil || stderr.Len() > 0 {
			t.Fatalf("the process was not killed, but ended with %v, stderr %q", err, stderr.String())
		}
	}
	stdout, stderr, err := b.run(t.Context(), t)
	if err != nil || stderr != "" {
		t.Fatalf("the last run ended with %v, stderr %q", err, stderr)
	}
	t.Log(strings.TrimSpace(stdout), "and", server.requests(), "requests")
	b.wantLines(t, groups)
	if sent, limit := server.requests(), groups+kills*concurrency; sent < groups || sent > limit {
		t.Errorf("%d requests, want %d to %d", sent, groups, limit)
	}
}
