package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// What a user's program links, and under which licences.
func TestLicencesOfConsumer(t *testing.T) {
	linked, err := linkedModules(t.Context(), "../../../client/testdata/consumer", ".", platforms...)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"github.com/apapsch/go-jsonmerge/v2: MIT",
		"github.com/google/uuid: BSD-3-Clause",
		"github.com/oapi-codegen/runtime: Apache-2.0",
		"github.com/wagroups/wagroups-go: MIT",
		"stdlib: BSD-3-Clause",
	}
	if got := licencesOf(linked); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func licencesOf(linked []module) []string {
	var lines []string
	for _, m := range linked {
		lines = append(lines, m.path+": "+m.licence)
	}
	return lines
}

// The licences of the released program, one of whose modules is linked on Windows only.
func TestLicencesOfProgram(t *testing.T) {
	var out strings.Builder
	if err := writeLicences(t.Context(), &out, "../../..", "./client/cmd/wagroups"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"This program contains the following modules", "github.com/inconshreveable/mousetrap v", "Copyright 2022 Alan Shreve",
		"stdlib 1.", "Copyright 2009 The Go Authors.", "includes software developed\nby the go-swagger and go-openapi maintainers",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("does not contain %q", want)
		}
	}
}

// smallModule has a program that links a module with the given files.
func smallModule(t *testing.T, files map[string]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	all := map[string]string{
		"go.mod": "module example.com/small\n\ngo 1.26\n\nrequire example.com/dep v0.0.0\n\n" +
			"replace example.com/dep => ./dep\n",
		"main.go":           "package main\n\nimport _ \"example.com/dep/linked\"\n\nfunc main() {}\n",
		"dep/go.mod":        "module example.com/dep\n\ngo 1.26\n",
		"dep/linked/a.go":   "package linked\n",
		"dep/unlinked/b.go": "package unlinked\n",
	}
	for name, text := range files {
		all["dep/"+name] = text
	}
	for name, text := range all {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestLinkedModules(t *testing.T) {
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  string
	}{
		{"known", map[string]string{"LICENSE": mitText}, "MIT"},
		{"another name", map[string]string{"Licence.txt": iscText}, "ISC"},
		{"two files", map[string]string{"LICENSE-MIT": mitText, "COPYING": iscText}, "ISC AND MIT"},
		{"one more for a linked package", map[string]string{"LICENSE": mitText, "linked/LICENSE": iscText}, "ISC AND MIT"},
		{"what is not linked does not count", map[string]string{"LICENSE": mitText, "unlinked/LICENSE": gplText}, "MIT"},
		{"source does not count", map[string]string{"LICENSE": mitText, "license.go": "package dep\n"}, "MIT"},
		{"missing", nil, "example.com/dep: has no licence"},
		{"a notice is no licence", map[string]string{"NOTICE": "Somebody made this."}, "example.com/dep: has no licence"},
		{"GPL", map[string]string{"LICENSE": gplText},
			"example.com/dep: LICENSE is none of MIT, BSD-2-Clause, BSD-3-Clause, ISC and Apache-2.0"},
		{"GPL for a linked package", map[string]string{"LICENSE": mitText, "linked/COPYING": gplText},
			"example.com/dep: COPYING is none of MIT, BSD-2-Clause, BSD-3-Clause, ISC and Apache-2.0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			linked, err := linkedModules(t.Context(), smallModule(t, tt.files), ".", "linux/amd64")
			got := fmt.Sprint(err)
			if err == nil {
				got = strings.TrimPrefix(licencesOf(linked)[0], "example.com/dep: ")
			}
			if got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

// The licence of Go that goes with a release is that of the Go which builds it, where that has one.
func TestLicenceOfGo(t *testing.T) {
	root, err := goCommand(t.Context(), ".", "/", "env", "GOROOT")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root[0], "LICENSE"))
	if err == nil && strings.ReplaceAll(string(text), "\r\n", "\n") != golang {
		t.Errorf("Go has another licence now:\n%s", text)
	}
}

func TestWriteLicences(t *testing.T) {
	var out strings.Builder
	folder := smallModule(t, map[string]string{
		"LICENSE": "Copyright Somebody\n\n" + mitText, "NOTICE": "Somebody made this.",
	})
	if err := writeLicences(t.Context(), &out, folder, "."); err != nil {
		t.Fatal(err)
	}
	want := "\nexample.com/dep v0.0.0, MIT\n\nCopyright Somebody\n\n" + mitText + "\nSomebody made this.\n\n====="
	if !strings.Contains(out.String(), want) {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
