package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func TestRun(t *testing.T) {
	fake := fakegraph.Start(t, fakegraph.WithToken(token), fakegraph.WithGroups(neighbours(2)...))
	b := newSetup(t, fake.URL(), 3) // one more than there are
	stdout, stderr, err := b.run(t.Context(), t)
	if err != nil || stderr != "" || stdout != "3 ids: 0 were done before, 2 read now, 1 not found, 0 left\n" {
		t.Errorf("ended with %v, stdout %q, stderr %q", err, stdout, stderr)
	}
	lines := b.wantLines(t, 3)
	for i, want := range []string{
		`{"id":"` + idOf(0) + `","subject":"Allotment <0>\n","suspended":false,"created_at":"2025-01-01T00:00:00Z",` +
			`"participants":[{"wa_id":"15550100001"}],"total_participant_count":1}`,
		`{"id":"` + idOf(1) + `","subject":"Allotment <1>\n","suspended":false,"created_at":"2025-01-01T00:00:00Z",` +
			`"participants":[{"wa_id":"15550100001"}],"total_participant_count":1}`,
		`{"id":"` + idOf(2) + `","error":"not found"}`,
	} {
		if lines[idOf(i)] != want+"\n" {
			t.Errorf("got  %swant %s", lines[idOf(i)], want)
		}
	}

	// Nothing is asked for twice, the group that is gone included.
	stdout, _, err = b.run(t.Context(), t)
	if err != nil || stdout != "3 ids: 3 were done before, 0 read now, 0 not found, 0 left\n" {
		t.Errorf("the second run ended with %v, stdout %q", err, stdout)
	}
	b.wantLines(t, 3)
	if n := len(fake.Requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
}

func TestInterruptedAtOnce(t *testing.T) {
	fake := fakegraph.Start(t, fakegraph.WithGroups(neighbours(2)...))
	b := newSetup(t, fake.URL(), 2)
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	stdout, _, err := b.run(ctx, t)
	if err == nil || err.Error() != "interrupted; the same command goes on from here: context canceled" ||
		stdout != "2 ids: 0 were done before, 0 read now, 0 not found, 2 left\n" {
		t.Errorf("ended with %v, stdout %q", err, stdout)
	}
	b.wantLines(t, 0)
}

// A group that cannot be read is named by the line of its id, not by the id, and does not keep the others from being
// read. The next run asks for it again.
func TestFailure(t *testing.T) {
	fake := fakegraph.Start(t, fakegraph.WithGroups(neighbours(50)...))
	b := newSetup(t, fake.URL(), 50)
	// Somebody else's 404 says nothing of the group.
	fake.FailNext(fakegraph.Fault{}, fakegraph.Fault{Status: 404, HTML: true})
	for range maxInARow {
		fake.FailNext(fakegraph.Fault{}, fakegraph.Fault{Code: 10})
	}
	stdout, stderr, err := b.run(t.Context(), t, "-concurrency", "1")
	if err == nil || err.Error() != "21 could not be read; the same command tries them again" ||
		stdout != "50 ids: 0 were done before, 29 read now, 0 not found, 21 left\n" ||
		!strings.HasPrefix(stderr, "the id on line 2: wagroups: GetGroup: group not found: ") ||
		!strings.Contains(stderr, "\nthe id on line 4: wagroups: GetGroup: forbidden: ") {
		t.Errorf("ended with %v, stdout %q, stderr %q", err, stdout, stderr)
	}
	stdout, _, err = b.run(t.Context(), t)
	if err != nil || stdout != "50 ids: 29 were done before, 21 read now, 0 not found, 0 left\n" {
		t.Errorf("the last run ended with %v, stdout %q", err, stdout)
	}
	b.wantLines(t, 50)
}

// When no other group would fare better the run ends, and the next one goes on with what is left.
func TestFailureOfAll(t *testing.T) {
	for _, c := range []struct {
		name     string
		fault    fakegraph.Fault
		requests int
		want     string
	}{
		{"a refused token", fakegraph.Fault{Code: 190}, 5, "the id on line 5: wagroups: GetGroup: unauthorized: "},
		{
			"one group after the other", fakegraph.Fault{Times: 1000, Code: 10}, 4 + maxInARow,
			"the id on line 24: wagroups: GetGroup: forbidden: ",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := fakegraph.Start(t, fakegraph.WithGroups(neighbours(50)...))
			b := newSetup(t, fake.URL(), 50)
			fake.FailNext(fakegraph.Fault{Times: 4}, c.fault)
			stdout, _, err := b.run(t.Context(), t, "-concurrency", "1")
			if err == nil || !strings.HasPrefix(err.Error(), c.want) ||
				stdout != "50 ids: 0 were done before, 4 read now, 0 not found, 46 left\n" {
				t.Errorf("ended with %v, stdout %q", err, stdout)
			}
			if n := len(fake.Requests()); n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
			b.wantLines(t, 4)
		})
	}
}

func TestIDs(t *testing.T) {
	fake := fakegraph.Start(t, fakegraph.WithGroups(neighbours(2)...))
	b := newSetup(t, fake.URL(), 0)
	var stdout, stderr strings.Builder
	err := run(t.Context(), process{
		args:   []string{"-ids", "-", "-out", b.out},
		getenv: func(name string) string { return b.env[name] },
		// Twice the same, blank lines, a foreign end of line, none at the end.
		stdin:  strings.NewReader(idOf(0) + "\n\n" + idOf(1) + "\r\n  \n" + idOf(0) + "\n " + idOf(1)),
		stdout: &stdout, stderr: &stderr,
	})
	if err != nil || stdout.String() != "2 ids: 0 were done before, 2 read now, 0 not found, 0 left\n" {
		t.Errorf("ended with %v, stdout %q", err, stdout.String())
	}
	b.wantLines(t, 2)
	if n := len(fake.Requests()); n != 2 {
		t.Errorf("%d requests", n)
	}
}

func TestArguments(t *testing.T) {
	fake := fakegraph.Start(t)
	b := newSetup(t, fake.URL(), 1)
	wrong := filepath.Join(t.TempDir(), "wrong.txt")
	if err := os.WriteFile(wrong, []byte("\n../"+idOf(0)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(t.TempDir(), "long.txt")
	if err := os.WriteFile(long, []byte("A\n"+strings.Repeat("A", 1<<17)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-ids", ""}, "-ids: must name a file"},
		{[]string{"-out", ""}, "-out: must name the file"},
		{[]string{"-concurrency", "0"}, "-concurrency: must be 1 to 256, is 0"},
		{[]string{"-concurrency", "x"}, `invalid value "x" for flag -concurrency`},
		{[]string{"more"}, "there are flags only"},
		{[]string{"-ids", b.ids + "x"}, "-ids: open "},
		{[]string{"-ids", long}, "long.txt, line 2: bufio.Scanner: token too long"},
		{[]string{"-out", t.TempDir()}, "-out: open "},
		{[]string{"-out", b.ids}, "-out: " + b.ids + ": line 1 was not written by this program"},
		{[]string{"-ids", wrong}, "1 could not be read"},
	} {
		if _, _, err := b.run(t.Context(), t, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %s", c.args, err, c.want)
		}
	}
	delete(b.env, "WHATSAPP_ACCESS_TOKEN")
	const want = "WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: wagroups: token: must not be empty"
	if _, _, err := b.run(t.Context(), t); err == nil || err.Error() != want {
		t.Errorf("without a token: %v", err)
	}
	if n := len(fake.Requests()); n != 0 {
		t.Errorf("%d requests", n)
	}
}
