package client_test

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// consumerFolder has a program in a module of its own.
const consumerFolder = "testdata/consumer"

// What a program that imports only package client may link besides this module and the standard library.
var linkedModules = []string{
	"github.com/apapsch/go-jsonmerge/v2",
	"github.com/google/uuid",
	"github.com/oapi-codegen/runtime",
}

// goList runs go list in a folder and returns its lines, sorted, each once.
func goList(t *testing.T, folder string, args ...string) []string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	list.Dir = folder
	var problems strings.Builder
	list.Stderr = &problems
	output, err := list.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", list, err, problems.String())
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	slices.Sort(lines)
	return slices.Compact(lines)
}

// unexpectedModules lists what the program in a folder links beyond linkedModules, and what of them it does not link.
func unexpectedModules(t *testing.T, folder string) []string {
	t.Helper()
	var linked, problems []string
	for _, path := range goList(t, folder, "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}") {
		if path != "" && path != "example.com/consumer" && path != "github.com/wagroups/wagroups-go" {
			linked = append(linked, path)
		}
	}
	for _, path := range linked {
		if !slices.Contains(linkedModules, path) {
			problems = append(problems, path+" is linked")
		}
	}
	for _, path := range linkedModules {
		if !slices.Contains(linked, path) {
			problems = append(problems, path+" is not linked")
		}
	}
	return problems
}

func TestConsumerLinksThreeModules(t *testing.T) {
	t.Parallel()
	for _, problem := range unexpectedModules(t, consumerFolder) {
		t.Error(problem)
	}
}

// The program is built from outside the module and meets a server over HTTP, as a user's does.
func TestConsumerRuns(t *testing.T) {
	t.Parallel()
	program := filepath.Join(t.TempDir(), "consumer.exe")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = consumerFolder
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, output)
	}
	good, bad := writePhoto(t, 640, 640), writePhoto(t, 640, 480)
	const read = "Allotment Neighbours, 2 participants, Graph API " + client.DefaultAPIVersion + "\n"
	for _, tt := range []struct {
		name   string
		fault  fakegraph.Fault
		args   []string
		token  string
		want   string
		failed string
	}{
		{"all calls", fakegraph.Fault{Status: 503}, []string{"-subject", "Allotment", "-photo", good, "-delete", testGroup},
			testToken, read + "renamed, request 106540352242922\nphoto set, request 106540352242923\n" +
				"deleted, more than once: false\nattempts: 5\n", ""},
		{"another token", fakegraph.Fault{}, []string{testGroup}, "another", "", "; code 190\n"},
		{"no token", fakegraph.Fault{}, []string{testGroup}, "", "", "wagroups: token: must not be empty\n"},
		{"no such group", fakegraph.Fault{}, []string{"Z3JvdXAx"}, testToken, "", "there is no such group\n"},
		{"not an id", fakegraph.Fault{}, []string{"a/b"}, testToken, "", "wagroups: groupID: "},
		{"throttled", fakegraph.Fault{Status: 429, Code: 131208, RetryAfter: "30"}, []string{testGroup}, testToken, "",
			"come back in 30s\n"},
		{"answer lost", fakegraph.Fault{Operation: fakegraph.UpdateGroupSettings, DropAfter: true},
			[]string{"-subject", "Allotment", testGroup}, testToken, read, "the change may have been made"},
		{"photo not square", fakegraph.Fault{}, []string{"-photo", bad, testGroup}, testToken, read,
			"photo: wagroups: jpeg: must be square"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fake := fakegraph.Start(t, fakegraph.WithToken(testToken), fakegraph.WithAppSecret(testSecret),
				fakegraph.WithGroups(fakegraph.Group{ID: testGroup, Subject: "Allotment Neighbours",
					Participants: []fakegraph.Participant{{WaID: "15550100001"}, {WaID: "15550100002"}}}))
			fake.FailNext(tt.fault)
			run := exec.CommandContext(t.Context(), program, append([]string{"-base-url", fake.URL()}, tt.args...)...)
			run.Env = []string{"WHATSAPP_ACCESS_TOKEN=" + tt.token, "WHATSAPP_APP_SECRET=" + testSecret}
			var out, complaint strings.Builder
			run.Stdout, run.Stderr = &out, &complaint
			if err := run.Run(); (err != nil) != (tt.failed != "") {
				t.Errorf("%v, want a failure %q", err, tt.failed)
			}
			if out.String() != tt.want || !strings.Contains(complaint.String(), tt.failed) {
				t.Errorf("printed %q, want %q; complaint %q, want %q", out.String(), tt.want, complaint.String(), tt.failed)
			}
			for _, secret := range []string{testToken, testSecret, testGroup} {
				if strings.Contains(complaint.String(), secret) {
					t.Errorf("the complaint holds %q: %s", secret, complaint.String())
				}
			}
		})
	}
}

func writePhoto(t *testing.T, width, height int) string {
	t.Helper()
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(name, photo.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// A program that imports the fake links the validator too, and the check says so.
func TestConsumerCheckReports(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	write := func(name, content string) {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// It requires what this module requires: nothing has to be looked up.
	requirements := strings.TrimPrefix(file(t, "../go.mod"), "module github.com/wagroups/wagroups-go\n")
	write("go.mod", fmt.Sprintf("module example.com/consumer\n%s\nrequire github.com/wagroups/wagroups-go v0.0.0\n"+
		"replace github.com/wagroups/wagroups-go => %q\n", requirements, filepath.ToSlash(root)))
	write("go.sum", file(t, "../go.sum"))
	write("main.go", "package main\n\nimport _ \"github.com/wagroups/wagroups-go/client/fakegraph\"\n\nfunc main() {}\n")

	problems := unexpectedModules(t, folder)
	if !slices.Contains(problems, "github.com/getkin/kin-openapi is linked") {
		t.Errorf("the validator is not reported, only %q", problems)
	}
}

func file(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
