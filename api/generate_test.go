package api_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// differences compares two folders byte for byte: the committed one and the one that was generated just now.
func differences(t *testing.T, committed, generated string) []string {
	t.Helper()
	want, got := contents(t, generated), contents(t, committed)
	var problems []string
	for name, data := range want {
		switch found, ok := got[name]; {
		case !ok:
			problems = append(problems, name+": missing")
		case !bytes.Equal(found, data):
			problems = append(problems, name+": not what the generator makes")
		}
	}
	for name := range got {
		if _, ok := want[name]; !ok {
			problems = append(problems, name+": not made by the generator")
		}
	}
	slices.Sort(problems)
	return problems
}

// contents reads every file below a folder, tracked by git or not.
func contents(t *testing.T, folder string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		files[filepath.ToSlash(name)], err = os.ReadFile(path)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// generated is what the commands of generate.go make, by folder.
var generated = []struct{ folder, file, configuration string }{
	{"gen", "gen.go", "api/oapi-codegen.yaml"},
	{"client/fakegraph/internal/control/wire", "wire.go", "client/fakegraph/internal/control/oapi-codegen.yaml"},
}

// generate runs the command of generate.go with a configuration, at the top of the repository. The configuration is
// copied for that, because the output named there has precedence over any flag: the test must not write into the tree.
func generate(t *testing.T, folder, file, configuration string) (made string) {
	t.Helper()
	output := "\noutput: " + folder + "/" + file + "\n"
	var command string
	for line := range strings.Lines(read(t, "../generate.go")) {
		rest, ok := strings.CutPrefix(line, "//go:generate go run ")
		if ok && strings.Count(rest, " "+configuration+" ") == 1 {
			command += rest
		}
	}
	config := read(t, "../"+configuration)
	if strings.Count(command, "\n") != 1 || strings.Count(config, output) != 1 {
		t.Fatalf("generate.go does not run the generator with %s, or that does not write %s", configuration, folder)
	}

	made = t.TempDir()
	redirected := fmt.Sprintf("\noutput: %q\n", filepath.ToSlash(filepath.Join(made, file)))
	copied := filepath.Join(t.TempDir(), "oapi-codegen.yaml")
	if err := os.WriteFile(copied, []byte(strings.Replace(config, output, redirected, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"run"}
	for arg := range strings.FieldsSeq(command) {
		if arg == configuration {
			arg = copied
		}
		args = append(args, arg)
	}
	run := exec.CommandContext(t.Context(), "go", args...)
	run.Dir = ".."
	if printed, err := run.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, printed)
	}
	return made
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// The committed code is what the generator makes of the documents today; if not, run make generate.
func TestGeneratedCodeIsCurrent(t *testing.T) {
	for _, g := range generated {
		made := generate(t, g.folder, g.file, g.configuration)
		if len(contents(t, made)) == 0 {
			t.Fatal("the generator made nothing")
		}
		equal(t, differences(t, "../"+g.folder, made), nil)
	}
	commands := strings.Count(read(t, "../generate.go"), "\n//go:generate ")
	if commands != len(generated) {
		t.Errorf("generate.go has %d commands, %d are compared", commands, len(generated))
	}
}

func TestGeneratedCodeCheckReports(t *testing.T) {
	generated := t.TempDir()
	if err := os.CopyFS(generated, os.DirFS("../gen")); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		change func(folder string) error
		want   []string
	}{
		{"nothing", func(string) error { return nil }, nil},
		{"an edit by hand", func(folder string) error {
			name := filepath.Join(folder, "gen.go")
			data, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			return os.WriteFile(name, append(data, '\n'), 0o600)
		}, []string{"gen.go: not what the generator makes"}},
		{"a file more", func(folder string) error {
			return os.WriteFile(filepath.Join(folder, "helper.go"), []byte("package gen\n"), 0o600)
		}, []string{"helper.go: not made by the generator"}},
		{"a file under another name", func(folder string) error {
			return os.Rename(filepath.Join(folder, "gen.go"), filepath.Join(folder, "old.go"))
		}, []string{"gen.go: missing", "old.go: not made by the generator"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			committed := t.TempDir()
			if err := os.CopyFS(committed, os.DirFS("../gen")); err != nil {
				t.Fatal(err)
			}
			if err := tt.change(committed); err != nil {
				t.Fatal(err)
			}
			equal(t, differences(t, committed, generated), tt.want)
		})
	}
}
