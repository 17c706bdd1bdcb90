package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const contractText = `openapi: 3.1.0
info: {title: Groups, version: v23.0}
paths:
  /g:
    post:
      requestBody:
        content: {application/json: {schema: {type: object, properties: {subject: {type: string, maxLength: 128}}}}}
      responses: {'200': {description: ok}}
`

const packageText = "package client\n\n// DefaultAPIVersion is what it is.\nconst DefaultAPIVersion = \"v23.0\"\n\n" +
	"// Delete deletes.\nfunc Delete(id string) error { return nil }\n"

// repository is a module with a contract and a package client, committed.
func repository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	put(t, root, "go.mod", "module example.com/small\n\ngo 1.26\n")
	put(t, root, "README.md", "A start.\n")
	git(t, root, "init", "--quiet")
	commit(t, root)
	put(t, root, contractName, contractText)
	put(t, root, "client/client.go", packageText)
	commit(t, root)
	return root
}

func put(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func commit(t *testing.T, root string) {
	t.Helper()
	git(t, root, "add", "--all")
	git(t, root, "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false",
		"commit", "--quiet", "--message", "A commit")
}

func git(t *testing.T, root string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = root
	if printed, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, printed)
	}
}

func TestComplaints(t *testing.T) {
	root := repository(t)
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"no commit", nil, "breaking: no commit given, try: make breaking BASE=origin/main\n"},
		{"an empty name", []string{""}, "breaking: no commit given, "},
		{"an unknown name", []string{"nowhere"}, `breaking: "nowhere" is no commit of this repository` + "\n"},
		{"an option of git", []string{"--", "--all"}, `breaking: "--all" is no commit of this repository` + "\n"},
		{"a file", []string{"HEAD:README.md"}, `breaking: "HEAD:README.md" is no commit of this repository` + "\n"},
		{"no oasdiff", []string{"-oasdiff", "./no-oasdiff-here", "HEAD"}, "breaking: oasdiff cannot compare api/openapi.yaml: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, complaint strings.Builder
			code := run(t.Context(), root, tt.args, &out, &complaint)
			got := complaint.String()
			if code != 2 || out.Len() > 0 || !strings.HasPrefix(got, tt.want) || strings.Count(got, "\n") != 1 {
				t.Errorf("code %d, printed %q, complaint %q, want %q", code, out.String(), got, tt.want)
			}
		})
	}
}

// Before there was a contract or a package there was nothing to break, and nothing to start.
func TestNothingThereYet(t *testing.T) {
	var out, complaint strings.Builder
	args := []string{"-oasdiff", "./none", "-apidiff", "./none", "HEAD~1"}
	code := run(t.Context(), repository(t), args, &out, &complaint)
	if want := "Nothing that was there at HEAD~1 breaks.\n"; code != 0 || out.String() != want {
		t.Errorf("code %d, printed %q, complaint %q", code, out.String(), complaint.String())
	}
}
