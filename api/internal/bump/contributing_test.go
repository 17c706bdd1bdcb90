//go:build slow

// The lines are for a POSIX shell, and what they start takes half a minute: make check-tools runs this test.

package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const top = "../../.."

// copyOfRepository copies what git knows or would add, and commits it.
func copyOfRepository(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	listed := git(t, top, "ls-files", "--cached", "--others", "--exclude-standard")
	for name := range strings.Lines(listed) {
		name = strings.TrimSuffix(name, "\n")
		data, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(name)))
		if os.IsNotExist(err) {
			continue // deleted, and not yet committed
		}
		if err != nil {
			t.Fatal(err)
		}
		put(t, root, name, string(data))
	}
	commit(t, root)
	return root
}

// bumpLines returns the commands of CONTRIBUTING.md, comments left out. The version in them is an example; in its place
// they get the one that comes next, so that they can be run whatever the contract's version is.
func bumpLines(t *testing.T, next version) []string {
	t.Helper()
	text, err := readText(top, "CONTRIBUTING.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(text, "## A new version of the Graph API\n")
	_, block, _ := strings.Cut(section, "```sh\n")
	block, _, _ = strings.Cut(block, "```")
	if n := strings.Count(block, "\n"); n != 10 {
		t.Fatalf("the bump takes %d lines, want 10", n)
	}
	var lines []string
	for line := range strings.Lines(block) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "#") {
			lines = append(lines, regexp.MustCompile(`v\d+\.\d+`).ReplaceAllString(line, next.String()))
		}
	}
	return lines
}

// A maintainer bumps by the lines of CONTRIBUTING.md and finds a new field, limit and operation in the new version:
// each is stopped by a gate until the code follows.
func TestContributing(t *testing.T) {
	root := copyOfRepository(t)
	document, err := readText(root, documentName)
	if err != nil {
		t.Fatal(err)
	}
	from, err := versionOf(document)
	if err != nil {
		t.Fatal(err)
	}
	to := version{from.major + 1, 0}
	lines := bumpLines(t, to)
	next := func(command string) (string, bool) {
		t.Helper()
		if len(lines) == 0 || !strings.HasPrefix(lines[0], command) {
			t.Fatalf("the next line is %q, want %s", lines, command)
		}
		line := lines[0]
		lines = lines[1:]
		return shell(t, root, line)
	}
	succeed := func(command string, says ...string) {
		t.Helper()
		printed, ok := next(command)
		if !ok {
			t.Fatalf("%s fails:\n%s", command, printed)
		}
		wantSaid(t, printed, says...)
	}

	succeed("git switch")
	succeed("make bump", fmt.Sprintf("The contract goes from %s to %s.", from, to), "Breaking changes:\n  none\n",
		fmt.Sprintf("info version: %s instead of %s", to, from))
	if changed := git(t, root, "diff", "--stat"); strings.Contains(changed, "client/client.go") {
		t.Errorf("the bump edits more than the contract and what names its version:\n%s", changed)
	}

	change(t, root, documentEdits)
	succeed("make generate")
	printed, ok := next("make gates")
	if ok {
		t.Error("the gates are silent although the code does not follow")
	}
	wantSaid(t, printed, "missing method ArchiveGroup") // the compiler is the first gate

	change(t, root, fakeEdits)
	printed, ok = shell(t, root, "make gates")
	if ok {
		t.Error("the gates are silent although the client does not follow")
	}
	wantSaid(t, printed,
		"--- FAIL: TestContractOperations ", "archiveGroup: no method of package client sends it",
		"--- FAIL: TestContractFields ", "GroupInfo.invite_link: reaches no public field, and no reason is given",
		"--- FAIL: TestContractLimits ", "application/json subject of 101 characters: accepted is true")
	for _, gate := range []string{"Version", "MediaTypes", "Enums", "RequestFields"} {
		if strings.Contains(printed, "--- FAIL: TestContract"+gate+" ") {
			t.Errorf("the gate %s fails for no reason:\n%s", gate, printed)
		}
	}

	change(t, root, clientEdits)
	succeed("make gates")
	succeed("git add")
	succeed("git commit")
	succeed("make bump", fmt.Sprintf("The contract is at %s already: nothing to do.", to))
	if left := git(t, root, "status", "--porcelain"); left != "" {
		t.Errorf("left in the tree:\n%s", left)
	}
}

// shell runs one line as a maintainer would. To be quick, the bump tests a package without tests after its gates.
func shell(t *testing.T, root, line string) (printed string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), //nolint:forbidigo // what go and make need
		"PACKAGES=./gen", "MAKEFLAGS=", "GIT_AUTHOR_NAME=test", "GIT_AUTHOR_EMAIL=test@example.com",
		"GIT_COMMITTER_NAME=test", "GIT_COMMITTER_EMAIL=test@example.com")
	output, err := cmd.CombinedOutput()
	return string(output), err == nil
}

func wantSaid(t *testing.T, printed string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(printed, text) {
			t.Errorf("does not say %q:\n%s", text, printed)
		}
	}
}
