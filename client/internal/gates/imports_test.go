package gates

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const control = module + "/client/fakegraph/internal/control"

// Which packages of this module each of them may import; a package that is not listed has no place in the design.
var mayImport = map[string][]string{
	module:                          nil,
	module + "/api":                 nil,
	module + "/gen":                 nil,
	module + "/client":              {module + "/gen"},
	module + "/client/webhook":      {module + "/client", module + "/gen"},
	module + "/client/fakegraph":    {module + "/api", module + "/gen", module + "/client", control, control + "/wire"},
	control:                         {control + "/wire"},
	control + "/wire":               nil,
	module + "/client/cmd/wagroups": {module + "/client", module + "/client/fakegraph", module + "/client/webhook"},
	// The tests; their own imports are free.
	module + "/client/internal/clienttest":  {module + "/client"},
	module + "/client/internal/conformance": nil,
	module + "/client/internal/gates":       nil,
}

// forbiddenImports judges a map from each package to what it imports, tests left out.
func forbiddenImports(imports map[string][]string) []string {
	var problems []string
	for importer, imported := range imports {
		allowed, known := mayImport[importer]
		if !known {
			problems = append(problems, importer+" is not in the design")
			continue
		}
		for _, path := range imported {
			inside := path == module || strings.HasPrefix(path, module+"/")
			validator := strings.HasPrefix(path, "github.com/getkin/kin-openapi/") &&
				importer != module+"/client/fakegraph" && importer != control
			if inside && !slices.Contains(allowed, path) || validator {
				problems = append(problems, fmt.Sprintf("%s imports %s", importer, path))
			}
		}
	}
	slices.Sort(problems)
	return problems
}

func TestImports(t *testing.T) {
	t.Parallel()
	imports := map[string][]string{}
	for _, line := range goLines(t, top, "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "./...") {
		names := strings.Fields(line)
		imports[names[0]] = names[1:]
	}
	for _, problem := range forbiddenImports(imports) {
		t.Error(problem)
	}
}

func TestImportsCheckReports(t *testing.T) {
	const validator = "github.com/getkin/kin-openapi/openapi3"
	got := forbiddenImports(map[string][]string{
		module:                       {"fmt"},
		module + "/api":              {validator, "embed"},
		module + "/gen":              {module + "/api"},
		module + "/client":           {"net/http", module + "/gen", module + "/api", module},
		module + "/client/fakegraph": {validator, module + "/api", module + "/gen", module + "/client"},
		module + "/client/cmd/wagroups": {module + "/client/internal/clienttest", module + "/client",
			module + "/client/fakegraph", module + "/gen"},
		module + "/client/other": {"fmt"},
	})
	want := []string{
		module + "/api imports " + validator,
		module + "/client imports " + module,
		module + "/client imports " + module + "/api",
		module + "/client/cmd/wagroups imports " + module + "/client/internal/clienttest",
		module + "/client/cmd/wagroups imports " + module + "/gen",
		module + "/client/other is not in the design",
		module + "/gen imports " + module + "/api",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
