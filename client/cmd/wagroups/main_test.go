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
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	testToken  = "EAAplantedTokenOfTheTests"
	testSecret = "0123456789abcdef0123456789abcdef"
	testID     = "Y2FwaV9ncm91cDoxNTU1MDEwMDA5OToxMjAzNjMwMDAwMDAwMDAwOTkZD"
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
	ctx        context.Context
}

// startFake starts a server with testGroup and returns a world whose environment points at it.
func startFake(t *testing.T, options ...fakegraph.Option) (*fakegraph.Server, world) {
	t.Helper()
	options = append([]fakegraph.Option{fakegraph.WithToken(testToken), fakegraph.WithGroups(testGroup())}, options...)
	fake := fakegraph.Start(t, options...)
	return fake, world{env: map[string]string{envToken: testToken, envBaseURL: fake.URL()}}
}

// run executes a command line. Whatever it is, neither secrets nor the group id may stand on the standard error.
func (w world) run(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	if w.ctx == nil {
		w.ctx = t.Context()
	}
	if w.in == nil {
		w.in = strings.NewReader("")
	}
	var stdout, stderr bytes.Buffer
	code = run(w.ctx, args, streams{
		In: w.in, Out: &stdout, Err: &stderr, IsTerminal: func(any) bool { return w.isTerminal },
	}, func(name string) string { return w.env[name] })
	for _, secret := range []string{testToken, testSecret, testID} {
		if strings.Contains(stderr.String(), secret) {
			t.Errorf("%s is on stderr:\n%s", secret, stderr.String())
		}
	}
	return code, stdout.String(), stderr.String()
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
