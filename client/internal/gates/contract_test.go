package gates

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/api"
	"github.com/wagroups/wagroups-go/client"
)

// The gates of the contract: TestContract… hold package client against the document and the generated types. Each is
// a function that returns what is wrong, so that its own test can show it a document that the client does not follow.

// contract loads a document of its own, so that a test may change it.
func contract(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(api.Document)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// contractPath is the one path of the document.
const contractPath = "/{Version}/{group_id}"

// wantProblems compares what a gate found with what it has to find.
func wantProblems(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("problems:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// operationIDs returns the operation ids of a document, sorted.
func operationIDs(doc *openapi3.T) []string {
	var ids []string
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			ids = append(ids, op.OperationID)
		}
	}
	slices.Sort(ids)
	return ids
}

// methodsOf returns the names of an interface's methods.
func methodsOf[T any]() []string {
	var names []string
	for m := range reflect.TypeFor[T]().Methods() {
		names = append(names, m.Name)
	}
	return names
}

// clientMethods returns the exported methods of a Client, sorted.
func clientMethods() []string {
	var names []string
	for m := range reflect.TypeFor[*client.Client]().Methods() {
		names = append(names, m.Name)
	}
	return names
}

// versionProblems says which of the texts name another API version than the contract. A text is judged by the pattern
// whose first group is the version; each has to name one at least.
func versionProblems(documented, asked string, texts map[string]string, mention map[string]*regexp.Regexp) []string {
	var problems []string
	if asked != documented {
		problems = append(problems, fmt.Sprintf("DefaultAPIVersion is %s, info.version is %s", asked, documented))
	}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		mentions := mention[name].FindAllStringSubmatch(texts[name], -1)
		if len(mentions) == 0 {
			problems = append(problems, name+" names no API version")
		}
		for _, m := range mentions {
			if m[1] != documented {
				problems = append(problems, fmt.Sprintf("%s names %s instead of %s", name, m[1], documented))
			}
		}
	}
	return problems
}
