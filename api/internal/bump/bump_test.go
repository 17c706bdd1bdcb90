package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const contractText = "openapi: 3.1.0\ninfo:\n  version: &version v23.0\n" +
	"components: {schemas: {APIVersion: {enum: [*version]}}}\n"

// smallRepository has all files that a bump edits, committed, and the given generator.
func smallRepository(t *testing.T, document, generator string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":                                 "module example.com/small\n\ngo 1.26\n",
		"generate.go":                            "package small\n\n//go:generate " + generator + "\n",
		"api/openapi.yaml":                       document,
		"gen/gen.go":                             "package gen\n",
		"README.md":                              "curl http://127.0.0.1/v23.0/x # wagroups v23.0.1\n",
		"CHANGELOG.md":                           "# Changelog\n\n## Unreleased\n\nGraph API v23.0.\n",
		"client/internal/gates/contract_test.go": "package gates\n",
		"client/example_test.go":                 "package client // v23.0\n",
		"client/fakegraph/example_test.go":       "package fakegraph // v23.0\n",
	} {
		put(t, root, name, text)
	}
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
	identity := []string{"-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"}
	git(t, root, "init", "--quiet")
	git(t, root, "add", "--all")
	git(t, root, append(identity, "commit", "--quiet", "--message", "Start")...)
}

func git(t *testing.T, root string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "git", args...)
	cmd.Dir = root
	printed, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", cmd, err, printed)
	}
	return string(printed)
}

// bumpIn runs the command and returns its code and what it prints.
func bumpIn(t *testing.T, root string, args ...string) (code int, out, complaint string) {
	t.Helper()
	var stdout, stderr strings.Builder
	code = run(t.Context(), root, args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

func TestRefusals(t *testing.T) {
	for _, tt := range []struct {
		name     string
		document string
		prepare  func(root string)
		version  string
		code     int
		want     string
	}{
		{"no version", contractText, nil, "", 2, "bump: no version given, try: make bump VERSION=v24.0"},
		{"no version at all", contractText, nil, "24", 1, `bump: "24" is not a version: it must look like v24.0`},
		{"a leading zero", contractText, nil, "v024.0", 1, `bump: "v024.0" is not a version: it must look like v24.0`},
		{"three numbers", contractText, nil, "v24.0.1", 1, `bump: "v24.0.1" is not a version: it must look like v24.0`},
		{"a lower version", contractText, nil, "v22.9", 1,
			"bump: v22.9 is lower than v23.0, the version of the document"},
		{"a file changed", contractText, func(root string) { put(t, root, "README.md", "v23.0 edited\n") }, "v24.0", 1,
			"bump: the tree has 1 uncommitted changes, README.md among them: commit or stash them first"},
		{"a file more", contractText, func(root string) { put(t, root, "new/file.go", "package x\n") }, "v24.0", 1,
			"bump: the tree has 1 uncommitted changes, new/file.go among them: commit or stash them first"},
		{"not YAML", contractText + "\t: [\n", nil, "v24.0", 1, "bump: api/openapi.yaml is not YAML: yaml: line 5: " +
			"found character that cannot start any token"},
		{"another API's document", "openapi: 3.1.0\ninfo:\n  version: 1.0.0\n", nil, "v24.0", 1,
			`bump: api/openapi.yaml has no line "  version: &version …": is it the contract of the groups?`},
		{"an unreadable document", contractText, func(root string) {
			if err := os.Remove(filepath.Join(root, "api", "openapi.yaml")); err != nil {
				t.Fatal(err)
			}
		}, "v24.0", 1, "bump: api/openapi.yaml cannot be read: "},
		{"no repository", contractText, func(root string) {
			if err := os.RemoveAll(filepath.Join(root, ".git")); err != nil {
				t.Fatal(err)
			}
		}, "v24.0", 1, "bump: git does not know the committed api/openapi.yaml: "},
		{"a generator that fails", strings.Replace(contractText, "3.1.0", "3.1.1", 1), nil, "v24.0", 1,
			"bump: the code could not be generated, the tree is as it was: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := smallRepository(t, tt.document, "go run ./missing")
			if tt.prepare != nil {
				tt.prepare(root)
			}
			before := filesBelow(t, root)
			code, out, complaint := bumpIn(t, root, tt.version)
			if code != tt.code || out != "" || !strings.HasPrefix(complaint, tt.want) || strings.Count(complaint, "\n") != 1 {
				t.Errorf("code %d, printed %q\ncomplaint %q\nwant      %q", code, out, complaint, tt.want)
			}
			if after := filesBelow(t, root); after != before {
				t.Errorf("the tree was\n%s\nand is\n%s", before, after)
			}
		})
	}
}

// filesBelow returns all files and their contents but for git's own.
func filesBelow(t *testing.T, root string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.Name() == ".git" {
			if entry != nil && entry.IsDir() && entry.Name() == ".git" {
				return filepath.SkipDir
			}
			return err
		}
		if !entry.IsDir() {
			data, err := os.ReadFile(path)
			all.WriteString(path + "\n" + string(data))
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

func TestBumpTwice(t *testing.T) {
	root := smallRepository(t, contractText, "go version")
	code, out, complaint := bumpIn(t, root, "-packages", "./client", "v24.0")
	if code != 0 || !strings.HasPrefix(out, "The contract goes from v23.0 to v24.0.\nBreaking changes:\n  none\n"+
		"Other changes:\n  info version: v24.0 instead of v23.0\n") {
		t.Fatalf("code %d, printed %q, complaint %q", code, out, complaint)
	}
	want := "curl http://127.0.0.1/v24.0/x # wagroups v23.0.1\n"
	if text, _ := readText(root, "README.md"); text != want {
		t.Errorf("README.md: %q", text)
	}
	before := filesBelow(t, root)
	if code, _, complaint := bumpIn(t, root, "-packages", "./client", "v24.0"); code != 0 {
		t.Errorf("again: code %d, complaint %q", code, complaint)
	}
	commit(t, root)
	code, out, _ = bumpIn(t, root, "v24.0")
	if code != 0 || out != "The contract is at v24.0 already: nothing to do.\n" {
		t.Errorf("once committed: code %d, printed %q", code, out)
	}
	if after := filesBelow(t, root); after != before {
		t.Errorf("the second run changed something:\n%s\n%s", before, after)
	}
}

// A test that fails ends the bump with its name; the work stays in the tree for the maintainer to go on with.
func TestBumpStopsAtAGate(t *testing.T) {
	root := smallRepository(t, contractText, "go version")
	put(t, root, "client/internal/gates/contract_test.go", "package gates\n\nimport \"testing\"\n\n"+
		"func TestContractVersion(t *testing.T) { t.Error(\"the gate\") }\n")
	commit(t, root)
	code, out, complaint := bumpIn(t, root, "v24.0")
	if code != 1 || !strings.Contains(out, "the gate") || complaint !=
		"bump: go test -vet=off -run ^TestContract -skip Reports$ ./client/internal/gates fails: let the code follow, then run the same command again\n" {
		t.Errorf("code %d, printed %q, complaint %q", code, out, complaint)
	}
	if document, _ := readText(root, documentName); !strings.Contains(document, "&version v24.0") {
		t.Error("the work is lost")
	}
}
