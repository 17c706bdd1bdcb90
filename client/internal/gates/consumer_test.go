package gates

import (
	"slices"
	"testing"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// What a program that imports only package client may link in addition to this module and the standard library.
var linkedModules = []string{
	"github.com/apapsch/go-jsonmerge/v2",
	"github.com/google/uuid",
	"github.com/oapi-codegen/runtime",
}

// modulesOf lists the modules that a program outside of this one links, itself and this one left out.
func modulesOf(t *testing.T, program string) []string {
	t.Helper()
	linked := goLines(t, outside(t, program), "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}")
	return slices.DeleteFunc(linked, func(path string) bool {
		return path == "" || path == "example.com/outside" || path == module
	})
}

func TestConsumerLinksThreeModules(t *testing.T) {
	t.Parallel()
	linked := modulesOf(t, clienttest.ReadFile(t, top+"/client/examples/quickstart/main.go"))
	if !slices.Equal(linked, linkedModules) {
		t.Errorf("linked are %q, want %q", linked, linkedModules)
	}
	// A program that imports the fake links the validator too.
	linked = modulesOf(t, "package main\n\nimport _ \""+module+"/client/fakegraph\"\n\nfunc main() {}\n")
	if !slices.Contains(linked, "github.com/getkin/kin-openapi") {
		t.Errorf("the validator is not seen, only %q", linked)
	}
}
