package api_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"go.yaml.in/yaml/v3"

	"github.com/wagroups/wagroups-go/api"
)

// load reads a document and refuses one that is no valid OpenAPI, examples included.
func load(t *testing.T, document []byte) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return doc
}

// edited returns the document with one piece of text replaced, which has to occur in it.
func edited(t *testing.T, old, replacement string) []byte {
	t.Helper()
	if !strings.Contains(string(api.Document), old) {
		t.Fatalf("the document does not contain %q", old)
	}
	return []byte(strings.Replace(string(api.Document), old, replacement, 1))
}

// equal reports how two lists of problems differ.
func equal(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("problems:\n  %s\nwant:\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestDocumentIsValid(t *testing.T) {
	doc := load(t, api.Document)
	if doc.OpenAPI != "3.1.0" {
		t.Errorf("openapi: %q", doc.OpenAPI)
	}
}

// The examples are worth something only if a wrong one makes the document invalid.
func TestWrongExamplesAreInvalid(t *testing.T) {
	for _, tt := range []struct{ name, old, replacement string }{
		{"body of a request", "subject: Allotment Neighbours", "subject: 7"},
		{"unknown property in a request", "file: (binary)", "photo: (binary)"},
		{"body of a response", "success: 'true'", "success: 'yes'"},
		{"body of an error", "code: 131041", "code: none"},
		{"group ID", "&groupID Y2Fwa", "&groupID ../Y2Fwa"},
		{"version", "&version " + api.Version(), "&version '23'"},
		{"body of a webhook", "update_successful: false", "update_successful: 'no'"},
		{"field of a webhook", "field: group_settings_update", "field: group_lifecycle_update"},
		{"fields", "[subject, description, participants]", "[subject, nonsense]"},
		{"User-Agent", "wagroups-go/0.1.0;", "wagroups-go/v0.1.0;"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc, err := openapi3.NewLoader().LoadFromData(edited(t, tt.old, tt.replacement))
			if err != nil {
				t.Fatal(err)
			}
			if doc.Validate(t.Context()) == nil {
				t.Error("accepted")
			}
		})
	}
}

// versionProblems says where a document breaks the rule that info.version is its only API version.
func versionProblems(document []byte) []string {
	var root yaml.Node
	if err := yaml.Unmarshal(document, &root); err != nil {
		return []string{err.Error()}
	}
	var doc struct {
		Info struct{ Version string }
	}
	if err := root.Decode(&doc); err != nil {
		return []string{err.Error()}
	}
	var problems []string
	if !regexp.MustCompile(`^v\d+\.\d+$`).MatchString(doc.Info.Version) {
		problems = append(problems, fmt.Sprintf("info.version is %q", doc.Info.Version))
	}
	for line := range strings.SplitSeq(string(document), "\n") {
		for _, version := range regexp.MustCompile(`\bv\d+\.\d+\b`).FindAllString(line, -1) {
			if !strings.HasPrefix(line, "  version: &version ") {
				problems = append(problems, fmt.Sprintf("%q names %s instead of *version", line, version))
			}
		}
	}
	return problems
}

func TestVersionStandsInOnePlace(t *testing.T) {
	equal(t, versionProblems(api.Document), nil)

	doc := load(t, api.Document)
	if api.Version() != doc.Info.Version {
		t.Errorf("Version() is %q, info.version is %q", api.Version(), doc.Info.Version)
	}
	mentions := map[string]any{
		"parameter Version":           doc.Components.Parameters["Version"].Value.Example,
		"header facebook-api-version": doc.Components.Headers["ServedVersion"].Value.Example,
		"schema APIVersion":           doc.Components.Schemas["APIVersion"].Value.Enum[0],
	}
	for where, version := range mentions {
		if version != api.Version() {
			t.Errorf("%s says %v", where, version)
		}
	}
}

func TestVersionCheckReports(t *testing.T) {
	equal(t, versionProblems(edited(t, "enum: [*version]", "enum: [v1.0]")), []string{
		`"      enum: [v1.0]" names v1.0 instead of *version`,
	})
	equal(t, versionProblems(edited(t, "&version v", "&version v-")), []string{
		fmt.Sprintf("info.version is %q", "v-"+api.Version()[1:]),
	})
}

// A new API version is one edit: the rest of the document follows, and every rule still holds.
func TestVersionBumpIsOneEdit(t *testing.T) {
	bumped := edited(t, "&version "+api.Version(), "&version v99.1")
	equal(t, versionProblems(bumped), nil)
	doc := load(t, bumped)
	equal(t, incomplete(doc), nil)
	equal(t, deviations(doc), nil)
}

// overlayProblems says what an overlay lacks; whether its targets exist is checked by the generator, which is strict.
func overlayProblems(source []byte) []string {
	var overlay struct {
		Overlay string
		Extends string
		Actions []struct{ Description, Target string }
	}
	if err := yaml.Unmarshal(source, &overlay); err != nil {
		return []string{err.Error()}
	}
	var problems []string
	if overlay.Overlay == "" || overlay.Extends != "openapi.yaml" || len(overlay.Actions) == 0 {
		problems = append(problems, "not an overlay of openapi.yaml")
	}
	for i, action := range overlay.Actions {
		if action.Target == "" {
			problems = append(problems, fmt.Sprintf("action %d has no target", i+1))
		}
		if action.Description == "" {
			problems = append(problems, fmt.Sprintf("action %d has no description", i+1))
		}
	}
	return problems
}

func TestOverlay(t *testing.T) {
	overlay := read(t, "overlay.yaml")
	equal(t, overlayProblems([]byte(overlay)), nil)

	undescribed := strings.Replace(overlay, "- description: ", "- x-description: ", 1)
	equal(t, overlayProblems([]byte(undescribed)), []string{"action 1 has no description"})
	equal(t, overlayProblems([]byte("overlay: 1.1.0")), []string{"not an overlay of openapi.yaml"})
}
