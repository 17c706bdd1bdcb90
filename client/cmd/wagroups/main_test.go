package main

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	top        = "../../.." // of the repository
	testToken  = "EAAplantedTokenOfTheTests"
	testSecret = "0123456789abcdef0123456789abcdef"
	testID     = "Y2FwaV9ncm91cDoxNTU1MDEwMDA5OToxMjAzNjMwMDAwMDAwMDAwOTkZD"
	// All ids of the tests that encode a phone number begin like this.
	testIDStart = "Y2FwaV9ncm91cDoxNTU1"
)

func testGroup() fakegraph.Group {
	return fakegraph.Group{
		ID:                testID,
		Subject:           "Allotment Neighbours",
		Description:       "Seeds.\nWater rota.",
		JoinApprovalMode:  "auto_approve",
		CreationTimestamp: 1735689600,
		Participants: []fakegraph.Participant{
			{WaID: "15550100001"},
			{WaID: "15550100002", UserID: "US.2", Username: "rowan"},
			{UserID: "US.3", ParentUserID: "US.ENT.3"},
		},
	}
}

// world is what surrounds one run of the command.
type world struct {
	in         io.Reader
	env        map[string]string
	isTerminal bool
	width      int // of the terminal
	ctx        context.Context
}

// startFake starts a server with testGroup and returns a world whose environment points at it.
func startFake(t *testing.T, options ...fakegraph.Option) (*fakegraph.Server, world) {
	t.Helper()
	options = append([]fakegraph.Option{fakegraph.WithToken(testToken), fakegraph.WithGroups(testGroup())}, options...)
	fake := fakegraph.Start(t, options...)
	// A terminal without colour, for those tests that have one.
	return fake, world{env: map[string]string{envToken: testToken, envBaseURL: fake.URL(), envTerm: "dumb"}}
}

// run executes a command line. Whatever it is, neither secrets nor group ids may stand on the standard error.
func (w world) run(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var stdout bytes.Buffer
	code, errOut = w.runTo(t, &stdout, args...)
	return code, stdout.String(), errOut
}

// runTo is run with another standard output.
func (w world) runTo(t *testing.T, stdout io.Writer, args ...string) (code int, errOut string) {
	t.Helper()
	if w.ctx == nil {
		w.ctx = t.Context()
	}
	if w.in == nil {
		w.in = strings.NewReader("")
	}
	var stderr lockedBuffer
	code = run(w.ctx, args, streams{
		In: w.in, Out: stdout, Err: &stderr,
		IsTerminal: func(any) bool { return w.isTerminal }, Width: func(any) int { return w.width },
	}, func(name string) string { return w.env[name] })
	for _, secret := range []string{testToken, testSecret, testIDStart} {
		if strings.Contains(stderr.String(), secret) {
			t.Errorf("%s is on stderr:\n%s", secret, stderr.String())
		}
	}
	return code, stderr.String()
}

// lockedBuffer is safe for several goroutines, as a file is.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// expect runs a command line that has to succeed and compares its output.
func (w world) expect(t *testing.T, want string, args ...string) {
	t.Helper()
	code, out, errOut := w.run(t, args...)
	if code != exitOK || errOut != "" {
		t.Errorf("%v: exit code %d, stderr %q", args, code, errOut)
	}
	if out != want {
		t.Errorf("%v printed\n%s\nwant\n%s", args, out, want)
	}
}

// expectFailure runs a command line that has to fail with one line, and nothing on the standard output.
func (w world) expectFailure(t *testing.T, wantCode int, wantLine string, args ...string) {
	t.Helper()
	code, out, errOut := w.run(t, args...)
	if code != wantCode || out != "" {
		t.Errorf("%v: exit code %d, want %d; stdout %q", args, code, wantCode, out)
	}
	if errOut != wantLine+"\n" {
		t.Errorf("%v wrote\n%s\nwant\n%s", args, errOut, wantLine)
	}
}

// jpegOf encodes a picture of that size.
func jpegOf(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeFile(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
