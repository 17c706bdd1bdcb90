package client_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

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
	const folder = "testdata/consumer"
	for _, problem := range unexpectedModules(t, folder) {
		t.Error(problem)
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", t.TempDir(), ".")
	build.Dir = folder
	if output, err := build.CombinedOutput(); err != nil {
		t.Errorf("go build: %v\n%s", err, output)
	}
}

// A program that imports the fake links the validator too, and the check says so.
func TestConsumerCheckReports(t *testing.T) {
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
