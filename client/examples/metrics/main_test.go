package main

import (
	"context"
	"io"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// No test may leave a goroutine behind, and with it a connection.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func environment(baseURL string) func(string) string {
	variables := map[string]string{"WAGROUPS_BASE_URL": baseURL, "WHATSAPP_ACCESS_TOKEN": accessToken}
	return func(name string) string { return variables[name] }
}

// A program is run under way, with the lines that it writes.
type program struct {
	lines chan string
	ended chan error
	stop  context.CancelFunc
}

func start(t *testing.T, baseURL string, args ...string) *program {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	p := &program{lines: make(chan string), ended: make(chan error, 1), stop: stop}
	write := func(b []byte) (int, error) {
		select {
		case p.lines <- string(b):
			return len(b), nil
		case <-ctx.Done(): // nobody reads any more
			return len(b), nil
		}
	}
	go func() {
		p.ended <- run(ctx, append([]string{"-listen", "127.0.0.1:0"}, args...), environment(baseURL),
			writerFunc(write), writerFunc(write))
	}()
	t.Cleanup(stop)
	return p
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }

// next returns the next line, which holds no secret.
func (p *program) next(t *testing.T) string {
	t.Helper()
	select {
	case line := <-p.lines:
		wantNoLeak(t, line)
		return strings.TrimSpace(line)
	case err := <-p.ended:
		t.Fatalf("ended too early: %v", err)
		return ""
	}
}

func TestRunOnce(t *testing.T) {
	fake := startFake(t)
	fake.FailNext(fakegraph.Fault{}, fakegraph.Fault{Code: 10})
	p := start(t, fake.URL(), groupID, groupID, groupID+"0")
	address := p.next(t)
	for _, want := range []string{`group 1: "Allotment Neighbours"`, "group 2: wagroups: GetGroup: forbidden", "group 3: "} {
		if got := p.next(t); !strings.HasPrefix(got, want) {
			t.Errorf("line %q, want %q", got, want)
		}
	}
	// It goes on serving when all groups are read.
	const want = `wagroups_calls_total{class="forbidden",operation="GetGroup"} 1
wagroups_calls_total{class="group not found",operation="GetGroup"} 1
wagroups_calls_total{class="ok",operation="GetGroup"} 1
`
	text, err := fetch(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	if got := linesWith(text, "wagroups_calls_total"); got != want {
		t.Errorf("calls:\n%s\nwant:\n%s", got, want)
	}
	wantNoLeak(t, text)
	p.stop()
	if err := <-p.ended; err != nil {
		t.Errorf("the end: %v", err)
	}
	if _, err := fetch(t.Context(), address); err == nil {
		t.Error("it still serves")
	}
}

func TestRunAgainAndAgain(t *testing.T) {
	fake := startFake(t)
	p := start(t, fake.URL(), "-every", "1ms", groupID)
	p.next(t)
	for range 3 {
		if got := p.next(t); got != `group 1: "Allotment Neighbours"` {
			t.Errorf("line %q", got)
		}
	}
	p.stop()
	if err := <-p.ended; err != nil {
		t.Errorf("the end: %v", err)
	}
}

func TestHelp(t *testing.T) {
	var stderr strings.Builder
	if err := run(t.Context(), []string{"-h"}, environment(""), io.Discard, &stderr); err != nil {
		t.Error(err)
	}
	for _, want := range []string{"-listen", "-every"} {
		if !strings.Contains(stderr.String(), want) {
			t.Errorf("%s is not in\n%s", want, &stderr)
		}
	}
}

func TestRunFails(t *testing.T) {
	for _, tt := range []struct {
		name   string
		args   []string
		getenv func(string) string
		want   string
	}{
		{"no group", nil, environment("http://127.0.0.1"), "at least one group"},
		{"a negative interval", []string{"-every", "-1s", groupID}, environment("http://127.0.0.1"), "-every must not"},
		{"an unknown flag", []string{"-token", accessToken}, environment("http://127.0.0.1"), "-token"},
		{"no address", []string{"-listen", "nowhere", groupID}, environment("http://127.0.0.1"), "-listen: "},
		{"no token", []string{groupID}, func(string) string { return "" }, "WHATSAPP_ACCESS_TOKEN"},
		{"a bad base URL", []string{groupID}, environment("ftp://127.0.0.1"), "WAGROUPS_BASE_URL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var stderr strings.Builder
			err := run(t.Context(), tt.args, tt.getenv, io.Discard, &stderr)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one about %s", err, tt.want)
			}
			if stderr.Len() > 0 { // main prints the error, once
				t.Errorf("standard error %q", &stderr)
			}
			wantNoLeak(t, err.Error())
		})
	}
}
