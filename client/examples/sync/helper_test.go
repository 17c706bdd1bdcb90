package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const token = "EAAplantedTokenOfTheTests"

// asChild makes the test binary the program itself, for tests that kill it.
const asChild = "SYNC_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(asChild) != "" {
		main()
		return
	}
	// No test may leave a goroutine behind, and with it a connection.
	goleak.VerifyTestMain(m)
}

func idOf(n int) string { return fmt.Sprintf("Y2FwaV9ncm91cDo%05dZD", n) }

// neighbours makes n groups.
func neighbours(n int) []fakegraph.Group {
	groups := make([]fakegraph.Group, n)
	for i := range groups {
		groups[i] = fakegraph.Group{
			ID: idOf(i), Subject: fmt.Sprintf("Allotment <%d>\n", i), CreationTimestamp: 1735689600,
			Participants: []fakegraph.Participant{{WaID: "15550100001"}},
		}
	}
	return groups
}

// front is a server in front of the fake that tells when so many requests have arrived.
type front struct {
	*httptest.Server
	fake *fakegraph.Server

	mu      sync.Mutex
	count   int
	awaited int
	arrived chan struct{}
}

func startFront(t *testing.T, groups int) *front {
	t.Helper()
	fake, err := fakegraph.New(fakegraph.WithToken(token), fakegraph.WithGroups(neighbours(groups)...))
	if err != nil {
		t.Fatal(err)
	}
	f := &front{fake: fake}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		f.count++
		if f.count == f.awaited {
			close(f.arrived)
		}
		f.mu.Unlock()
		fake.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		f.Close()
		_ = fake.Close()
	})
	return f
}

// after returns a channel that is closed when n more requests have arrived.
func (f *front) after(n int) <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.awaited, f.arrived = f.count+n, make(chan struct{})
	return f.arrived
}

func (f *front) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.count
}

// setup is a folder with the ids of n groups, and an environment that points at a server.
type setup struct {
	ids, out string
	env      map[string]string
}

func newSetup(t *testing.T, baseURL string, n int) setup {
	t.Helper()
	b := setup{
		ids: filepath.Join(t.TempDir(), "ids.txt"),
		out: filepath.Join(t.TempDir(), "groups.jsonl"),
		env: map[string]string{"WAGROUPS_BASE_URL": baseURL, "WHATSAPP_ACCESS_TOKEN": token},
	}
	var list strings.Builder
	for i := range n {
		list.WriteString(idOf(i) + "\n")
	}
	if err := os.WriteFile(b.ids, []byte(list.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	return b
}

// run runs the program. Its standard error and its error may hold neither the token nor an id.
func (b setup) run(ctx context.Context, t *testing.T, more ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, errOut strings.Builder
	err = run(ctx, process{
		args:   append([]string{"-ids", b.ids, "-out", b.out}, more...),
		getenv: func(name string) string { return b.env[name] },
		stdin:  strings.NewReader(""), stdout: &out, stderr: &errOut,
	})
	for _, secret := range []string{token, idOf(0)[:15]} {
		if text := fmt.Sprint(errOut.String(), err); strings.Contains(text, secret) {
			t.Errorf("%s is on the standard error: %s", secret, text)
		}
	}
	return out.String(), errOut.String(), err
}

// wantLines reads the output, which must have one whole line for each of n ids and none besides.
func (b setup) wantLines(t *testing.T, n int) map[string]string {
	t.Helper()
	file, err := os.Open(b.out)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := map[string]string{}
	in := bufio.NewReader(file)
	for {
		text, err := in.ReadString('\n')
		if err != nil {
			if !errors.Is(err, io.EOF) || text != "" {
				t.Errorf("the output ends with %q, %v", text, err)
			}
			break
		}
		var l struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if _, again := lines[l.ID]; again {
			t.Errorf("a second line for %s", l.ID)
		}
		lines[l.ID] = text
	}
	for i := range n {
		if _, ok := lines[idOf(i)]; !ok {
			t.Errorf("no line for %s", idOf(i))
		}
	}
	if len(lines) != n {
		t.Errorf("%d lines, want %d", len(lines), n)
	}
	return lines
}
