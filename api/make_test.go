//go:build slow

// Shows that the maintainers' targets fail when they should: make check-tools runs these tests.

package api_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository clones this repository as it is in the working tree, with its tools.
func repository(t *testing.T) (root string) {
	t.Helper()
	top, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	root = filepath.Join(t.TempDir(), "clone")
	sh(t, top, `mkdir "$1" && git ls-files -z --cached --others --exclude-standard |
		xargs -0 sh -c 'for f; do test ! -f "$f" || echo "$f"; done' - | tar -cf - -T - | tar -xf - -C "$1" &&
		mkdir "$1/.tmp" && ln -s "$PWD/.tmp/bin" "$1/.tmp/bin"`, root)
	commit(t, root)
	return root
}

func commit(t *testing.T, root string) {
	t.Helper()
	sh(t, root, `git init --quiet && git add --all && git -c user.name=test -c user.email=test@example.com \
		-c commit.gpgsign=false commit --quiet --message 'A commit'`)
}

func sh(t *testing.T, folder, script string, args ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", append([]string{"-c", script, "-"}, args...)...)
	cmd.Dir = folder
	printed, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, printed)
	}
	return string(printed)
}

// runMake returns what a target prints, and whether it succeeds.
func runMake(t *testing.T, root string, args ...string) (printed string, ok bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "make", append([]string{"--no-print-directory"}, args...)...)
	cmd.Dir = root
	cmd.Env = append(cmd.Environ(), "MAKEFLAGS=")
	output, err := cmd.CombinedOutput()
	return string(output), err == nil
}

// edit replaces one text of a file, which has to occur in it.
func edit(t *testing.T, name, old, replacement string) {
	t.Helper()
	text := read(t, name)
	if !strings.Contains(text, old) {
		t.Fatalf("%s does not contain %q", name, old)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(text, old, replacement, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMakeBump(t *testing.T) {
	root := repository(t)
	sh(t, root, `sed -i.orig 's/&version v.*/\&version v23.0/' api/openapi.yaml && rm api/openapi.yaml.orig`)
	commitAll := func() {
		sh(t, root, "git add --all && git -c user.name=t -c user.email=t@example.com commit -qm x || true")
	}
	commitAll()
	for _, tt := range []struct{ version, want string }{
		{"", `"" is not a version: it must look like v24.0`},
		{"24.0", `"24.0" is not a version`},
		{"v24", `"v24" is not a version`},
		{"v024.0", `"v024.0" is not a version`},
		{"v24.0.1", `"v24.0.1" is not a version`},
		{"v24.0\nv", "is not a version"},
		{"$(shell touch ran)", `"$(shell touch ran)" is not a version`},
		{"`touch ran`", "\"`touch ran`\" is not a version"},
		{"v24.0$$(touch ran)", `"v24.0$$(touch ran)" is not a version`},
		{"v22.9", "v22.9 is lower than v23.0, the version of the contract"},
		{"v9.0", "v9.0 is lower than v23.0"},
	} {
		printed, ok := runMake(t, root, "bump", "VERSION="+tt.version)
		if ok || !strings.Contains(printed, "bump: "+tt.want) && !strings.Contains(printed, tt.want) {
			t.Errorf("%q: success is %v, printed %s", tt.version, ok, printed)
		}
	}
	printed, ok := runMake(t, root, "bump", "VERSION=v23.0")
	if !ok || printed != "The contract is at v23.0: nothing left to do.\n" {
		t.Errorf("the same version: success is %v, printed %s", ok, printed)
	}
	if left := sh(t, root, "git status --porcelain"); left != "" {
		t.Errorf("a refusal left %s", left)
	}

	edit(t, filepath.Join(root, "README.md"), "\n", "\nedited\n")
	if printed, ok := runMake(t, root, "bump", "VERSION=v24.0"); ok || !strings.Contains(printed, "README.md") {
		t.Errorf("a changed tree: success is %v, printed %s", ok, printed)
	}
	sh(t, root, "git checkout --quiet -- .")

	edit(t, filepath.Join(root, "generate.go"), "go run ", "go run ./missing ")
	commitAll()
	printed, ok = runMake(t, root, "bump", "VERSION=v24.0")
	left := sh(t, root, "git status --porcelain")
	if ok || left != "" || !strings.Contains(printed, "the generator failed") {
		t.Errorf("a broken generator: success is %v, left %q, printed %s", ok, left, printed)
	}
	edit(t, filepath.Join(root, "generate.go"), "go run ./missing ", "go run ")
	commitAll()

	printed, ok = runMake(t, root, "bump", "VERSION=v24.0", "PACKAGES=./gen")
	if !ok || !strings.Contains(printed, "The contract goes from v23.0 to v24.0.\n") {
		t.Fatalf("success is %v, printed %s", ok, printed)
	}
	for name := range strings.FieldsSeq(sh(t, root, "git diff --name-only")) {
		if strings.HasSuffix(name, ".go") && !strings.HasPrefix(name, "gen/") && !strings.HasSuffix(name, "_test.go") {
			t.Errorf("the bump changed %s", name)
		}
	}
	for _, name := range []string{"api/openapi.yaml", "README.md", "CHANGELOG.md", "gen/gen.go"} {
		if !strings.Contains(read(t, filepath.Join(root, name)), "v24.0") {
			t.Errorf("%s does not name v24.0", name)
		}
	}
}

// The document that stands for Meta's is the contract with one edit; no difference is known.
func TestMakeUpstream(t *testing.T) {
	const root = ".."
	known := filepath.Join(t.TempDir(), "none.txt")
	if err := os.WriteFile(known, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	upstream := func(edits ...string) (string, bool) {
		t.Helper()
		spec := filepath.Join(t.TempDir(), "spec.yaml")
		text := strings.NewReplacer(edits...).Replace(read(t, "openapi.yaml"))
		if len(edits) > 0 && text == read(t, "openapi.yaml") {
			t.Fatalf("nothing to edit: %q", edits)
		}
		if err := os.WriteFile(spec, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return runMake(t, root, "upstream", "SPEC="+spec, "KNOWN="+known)
	}
	const success = "Nothing is new: "
	for _, tt := range []struct {
		name  string
		edits []string
		want  string // begins with ! if the target has to fail
	}{
		{"the contract itself", nil, success},
		{"prose", []string{"summary: Read a group", "summary: Read"}, success},
		{"an escaped pair", []string{"summary: Read a group", `summary: "Read \ud83d\ude00"`}, success},
		{"the version in the server's URL", []string{
			"url: https://graph.facebook.com", "url: https://graph.facebook.com/v23.0",
			"  /{Version}/{group_id}:", "  /{group_id}:",
			"      - $ref: '#/components/parameters/Version'\n", "",
		}, success},
		{"another version", []string{"&version v", "&version v9"}, success},
		{"a changed limit", []string{"maxLength: 2048", "maxLength: 4096"}, "!MaxLength changed from 2048 to 4096"},
		{"a renamed property", []string{"        suspended:\n", "        is_suspended:\n"}, "!- Deleted property: suspended"},
		{"a renamed property of an event", []string{
			"WebhookSettingsEvent", "Groups", "        profile_picture:\n", "        photo:\n",
		}, "!- Deleted property: profile_picture"},
		{"a removed operation", []string{"    delete:\n", "    x-delete:\n"}, "!+Deleted Endpoints: 1"},
		{"another API", []string{"  /{Version}/{group_id}:", "  /{Version}/media:"}, "!+Deleted Endpoints: 3"},
		{"no YAML", []string{"openapi: 3.1.0", "openapi: ["}, "!yaml"},
	} {
		printed, ok := upstream(tt.edits...)
		want, fails := strings.CutPrefix(tt.want, "!")
		if ok == fails || !strings.Contains(printed, want) {
			t.Errorf("%s: success is %v, printed %s", tt.name, ok, printed)
		}
		if tt.name == "another version" && !strings.HasPrefix(printed, "The document is of v9") {
			t.Errorf("the versions are not compared first: %s", printed)
		}
	}
	if err := os.WriteFile(known, []byte("GET /x\n- Deleted: y  [gone]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if printed, ok := upstream(); ok || !strings.Contains(printed, "-- Deleted: y") {
		t.Errorf("an outdated explanation: success is %v, printed %s", ok, printed)
	}
	printed, ok := runMake(t, root, "upstream", "SPEC=$(shell touch ran)")
	if ok || !strings.Contains(printed, "no file") {
		t.Errorf("no file: success is %v, printed %s", ok, printed)
	}
	if _, err := os.Stat(filepath.Join(root, "ran")); err == nil {
		t.Error("make expanded SPEC")
	}
}

// smallModule has the Makefile, and put writes more files into it.
func smallModule(t *testing.T) (root string, put func(name, text string)) {
	t.Helper()
	root = t.TempDir()
	put = func(name, text string) {
		t.Helper()
		file := filepath.Join(root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	put("go.mod", "module example.com/small\n\ngo 1.26\n")
	put(".gitignore", "/.tmp\n")
	put("Makefile", read(t, "../Makefile"))
	return root, put
}

func TestMakeCheckRelease(t *testing.T) {
	root, put := smallModule(t)
	put("api/openapi.yaml", "info:\n  version: &version v23.0\n")
	put("client/cmd/wagroups/main.go", `package main

import "fmt"

func main() { fmt.Println("wagroups 0.10.0, Graph API v23.0, go1.26") }
`)
	const notes, older = "\nGraph API v23.0.\n\n- More.\n", "\n## 0.9.0 - 2026-11-30\n\nGraph API v22.0.\n"
	for _, tt := range []struct{ name, tag, section, want string }{
		{"another version", "v0.11.0", "## 0.11.0 - 2026-12-01\n" + notes, "v0.11.0 is not the version of: wagroups 0.10.0"},
		{"no v", "0.10.0", "## 0.10.0 - 2026-12-01\n" + notes, "0.10.0 is not a tag"},
		{"something newer", "v0.10.0", "## Unreleased\n" + notes, `the changelog starts with "## Unreleased"`},
		{"no date", "v0.10.0", "## 0.10.0\n" + notes, `the changelog starts with "## 0.10.0"`},
		{"no API version", "v0.10.0", "## 0.10.0 - 2026-12-01\n\n- More.\n", "does not name the version of the contract"},
	} {
		put("CHANGELOG.md", "# Changelog\n\n"+tt.section+older)
		if printed, ok := runMake(t, root, "check-release", "TAG="+tt.tag); ok || !strings.Contains(printed, tt.want) {
			t.Errorf("%s: success is %v, printed %s", tt.name, ok, printed)
		}
	}
	put("CHANGELOG.md", "# Changelog\n\n## 0.10.0 - 2026-12-01\n"+notes+older)
	if printed, ok := runMake(t, root, "check-release", "TAG=v0.10.0"); !ok || printed != notes+"\n" {
		t.Errorf("success is %v, printed %q", ok, printed)
	}
}

func TestMakeBreaking(t *testing.T) {
	const source = "package client\n\n// Version is this one.\nconst Version = \"1\"\n\n" +
		"// Delete deletes.\nfunc Delete(id string) {}\n"
	root, put := smallModule(t)
	contract := read(t, "openapi.yaml")
	put("api/openapi.yaml", contract)
	put("client/client.go", source)
	commit(t, root)
	sh(t, ".", `mkdir "$1/.tmp" && ln -s "$(cd .. && pwd)/.tmp/bin" "$1/.tmp/bin"`, root)
	const nothing = "Nothing that was there at HEAD breaks."
	for _, tt := range []struct {
		name, base          string
		file, old, replaced string
		want                string // begins with ! if the target has to fail
	}{
		{"nothing", "HEAD", "", "", "", nothing},
		{"another version", "HEAD", "api/openapi.yaml", "&version v", "&version v9", nothing},
		{"another release", "HEAD", "client/client.go", `"1"`, `"2"`, nothing},
		{"a shorter text", "HEAD", "api/openapi.yaml", "maxLength: 128", "maxLength: 100", "!maxLength was decreased"},
		{"another signature", "HEAD", "client/client.go", "id string", "id, to string", "!- Delete: changed from "},
		{"no Go", "HEAD", "client/client.go", "func", "func {", "!"},
		{"no commit", "nowhere", "", "", "", `!breaking: "nowhere" is no commit`},
		{"an option", "--all", "", "", "", `!breaking: "--all" is no commit`},
		{"a command", "$(shell touch ran)", "", "", "", `!breaking: "$(shell touch ran)" is no commit`},
	} {
		put("api/openapi.yaml", contract)
		put("client/client.go", source)
		if tt.file != "" {
			edit(t, filepath.Join(root, tt.file), tt.old, tt.replaced)
		}
		printed, ok := runMake(t, root, "breaking", "BASE="+tt.base)
		want, fails := strings.CutPrefix(tt.want, "!")
		if ok == fails || !strings.Contains(printed, want) {
			t.Errorf("%s: success is %v, printed %s", tt.name, ok, printed)
		}
	}
}
