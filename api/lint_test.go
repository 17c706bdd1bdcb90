package api_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/speakeasy-api/openapi/linter"
	"github.com/speakeasy-api/openapi/openapi"
	openapilinter "github.com/speakeasy-api/openapi/openapi/linter"
	"gopkg.in/yaml.v3"

	"github.com/wagroups/wagroups-go/api"
)

// lint returns what the linter says of a document, a line for each finding.
func lint(t *testing.T, document []byte) []string {
	t.Helper()
	config := linter.NewConfig()
	if err := yaml.Unmarshal([]byte(read(t, "lint.yaml")), config); err != nil {
		t.Fatal(err)
	}
	doc, found, err := openapi.Unmarshal(t.Context(), bytes.NewReader(document))
	if err != nil {
		t.Fatal(err)
	}
	l, err := openapilinter.NewLinter(config)
	if err != nil {
		t.Fatal(err)
	}
	output, err := l.Lint(t.Context(), linter.NewDocumentInfo(doc, "openapi.yaml"), found, nil)
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, result := range output.Results {
		lines = append(lines, result.Error())
	}
	return lines
}

func TestLint(t *testing.T) {
	equal(t, lint(t, api.Document), nil)
}

// The linter finds what a valid document may still get wrong.
func TestLintReports(t *testing.T) {
	for _, tt := range []struct{ rule, old, replacement string }{
		{"semantic-operation-operation-id", "      operationId: deleteGroup\n", ""},
		{"semantic-operation-id-valid-in-url", "operationId: deleteGroup", "operationId: delete group"},
		{"semantic-unused-component", "  schemas:\n", "  schemas:\n    Unused: {type: string, description: Unused.}\n"},
		{"style-operation-tag-defined", "tags: [groups]", "tags: [others]"},
		{"style-oas3-host-trailing-slash", "https://graph.facebook.com", "https://graph.facebook.com/"},
		{"owasp-security-hosts-https-oas3", "https://graph.facebook.com", "http://graph.facebook.com"},
		{"style-info-description", "  description: |", "  x-description: |"},
		{"style-tag-description", "- name: groups\n    description:", "- name: groups\n    x-description:"},
		{"`headers` component `ServedVersion` is missing a description", "ServedVersion:\n      description:",
			"ServedVersion:\n      x-description:"},
		{"`responses` component `Error` is missing a description", "    Error:\n      description:",
			"    Error:\n      x-description:"},
		{"`schemas` component `APIVersion` is missing a description", "description: The version of the Graph API that",
			"x-description: The version of the Graph API that"},
		{"`securitySchemes` component `bearerAuth` is missing a description", "scheme: bearer\n      description:",
			"scheme: bearer\n      x-description:"},
		{"oas-schema-check", "maxLength: 128", "maxLength: -1"},
	} {
		lines := lint(t, edited(t, tt.old, tt.replacement))
		if !strings.Contains(strings.Join(lines, "\n"), tt.rule) {
			t.Errorf("%s: found %q", tt.rule, lines)
		}
	}
}
