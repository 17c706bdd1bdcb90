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

// A failure ends the run and names the line of the id, not the id. The next run goes on with what is left.
func TestFailure(t *testing.T) {
	fake := fakegraph.Start(t, fakegraph.WithGroups(neighbours(50)...))
	b := newSetup(t, fake.URL(), 50)
	for _, c := range []struct {
		fault fakegraph.Fault
		want  string
	}{
		{fakegraph.Fault{Code: 190}, "wagroups: GetGroup: unauthorized: "},
		{fakegraph.Fault{Code: 10}, "wagroups: GetGroup: forbidden: "},
		// Somebody else's 404 says nothing of the group.
		{fakegraph.Fault{Status: 404, HTML: true}, "wagroups: GetGroup: group not found: "},
	} {
		fake.FailNext(fakegraph.Fault{Times: 4}, c.fault)
		_, _, err := b.run(t.Context(), t, "-concurrency", "1")
		if err == nil || !strings.HasPrefix(err.Error(), "the id on line ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
	stdout, _, err := b.run(t.Context(), t)
	if err != nil || stdout != "50 ids: 12 were done before, 38 read now, 0 not found, 0 left\n" {
		t.Errorf("the last run ended with %v, stdout %q", err, stdout)
	}
	b.wantLines(t, 50)
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
		{[]string{"-ids", wrong}, "the id on line 2: wagroups: groupID: may contain letters"},
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
