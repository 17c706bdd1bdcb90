package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const top = "../../.."

// published is a small document of Meta's kind: the path among others, references, and another name for a parameter.
const published = `openapi: 3.1.0
info: {title: Everything, version: v23.0}
security: [{bearerAuth: []}]
paths:
  /{Version}/{group-id}:
    get:
      parameters: [{$ref: '#/components/parameters/Version'}]
      responses:
        '200': {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Group'}}}}
  /{Version}/{waba_id}/message_templates:
    get: {responses: {'200': {$ref: '#/components/responses/Missing'}}}
components:
  securitySchemes: {bearerAuth: {type: http, scheme: bearer}}
  parameters: {Version: {name: Version, in: path, required: true, schema: {type: string}}}
  schemas:
    Group: {type: object, properties: {members: {type: array, items: {$ref: '#/components/schemas/Member'}}}}
    Member: {type: object, properties: {group: {$ref: '#/components/schemas/Group'}}}
    Template: {type: object}
`

func fileWith(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "document.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestSlice(t *testing.T) {
	doc, err := readDocument(fileWith(t, published))
	if err != nil {
		t.Fatal(err)
	}
	s, ok := doc.slice("/{Version}/{group_id}")
	if !ok || len(s.Paths) != 1 {
		t.Fatalf("paths: %v", s)
	}
	get := s.Paths["/{Version}/{group_id}"]["get"].(map[string]any)
	if get["security"] == nil {
		t.Error("the security of the whole document is lost")
	}
	for _, want := range []struct {
		kind  string
		count int
	}{{"schemas", 2}, {"parameters", 1}, {"responses", 0}, {"securitySchemes", 1}} {
		if got := len(s.Components[want.kind]); got != want.count {
			t.Errorf("%d %s, want %d", got, want.kind, want.count)
		}
	}
	if _, ok := doc.slice("/{Version}/groups"); ok {
		t.Error("a path that is not there")
	}
}

// What cannot be compared is one line on stderr, nothing on stdout, and code 2.
func TestComplaints(t *testing.T) {
	contract := filepath.Join(top, "api", "openapi.yaml")
	list := filepath.Join(top, "api", "deviations.yaml")
	good := fileWith(t, published)
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"nothing", nil, "upstream: no document given, try: make upstream SPEC=business-messaging-api_v23.0.yaml"},
		{"an empty name", []string{""}, "upstream: no document given, "},
		{"no such file", []string{filepath.Join(t.TempDir(), "x.yaml")}, "x.yaml cannot be read: "},
		{"a folder", []string{t.TempDir()}, " cannot be read: "},
		{"a text", []string{fileWith(t, "hello\n")}, "document.yaml is not a YAML document: "},
		{"broken YAML", []string{fileWith(t, "paths: [\n")}, "document.yaml is not a YAML document: "},
		{"a page of HTML", []string{fileWith(t, "<!DOCTYPE html>\n<p>a: b: c</p>\n")}, "is not a YAML document: "},
		{"no OpenAPI", []string{fileWith(t, "a: b\n")}, "document.yaml is not an OpenAPI 3 document"},
		{"paths of another kind", []string{fileWith(t, "openapi: 3.1.0\npaths: [a]\n")}, "is not an OpenAPI 3 document"},
		{"another API", []string{fileWith(t, strings.ReplaceAll(published, "/{group-id}", "/media"))},
			"document.yaml has no path /{Version}/{group_id}: is it Meta's document of business messaging?"},
		{"no oasdiff", []string{"-oasdiff", "./no-oasdiff-here", good}, "upstream: oasdiff cannot be started: "},
		{"another contract", []string{"-contract", good, good}, "has 2 paths: this comparison is made for one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, complaint strings.Builder
			code := run(t.Context(), append([]string{"-contract", contract, "-deviations", list}, tt.args...), &out, &complaint)
			got := complaint.String()
			if code != 2 || out.Len() > 0 || !strings.Contains(got, tt.want) || strings.Count(got, "\n") != 1 {
				t.Errorf("code %d, printed %q\ncomplaint %q\nwant      %q", code, out.String(), got, tt.want)
			}
		})
	}
}

func TestDeviations(t *testing.T) {
	list, err := readDeviations(filepath.Join(top, "api", "deviations.yaml"))
	if err != nil || len(list) == 0 {
		t.Errorf("the committed list: %v", err)
	}
	list, err = readDeviations(fileWith(t, "- reason: r\n  differences: ['* a: b', 'GET c: d']\n"))
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, list[0].Differences, []string{"DELETE a: b", "GET a: b", "POST a: b", "GET c: d"})

	for text, want := range map[string]string{
		"- differences: [a]\n":                        "entry 1 lacks a reason or differences",
		"- reason: r\n":                               "entry 1 lacks a reason or differences",
		"- {reason: r, differences: [a], since: x}\n": "field since not found",
		"- {reason: r, differences: ['* a']}\n- {reason: s, differences: [GET a]}\n": `"GET a" stands there twice`,
		"reason: r\n": "cannot unmarshal",
	} {
		if _, err := readDeviations(fileWith(t, text)); err == nil || !strings.Contains(err.Error(), want) ||
			strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: error %v, want %s", text, err, want)
		}
	}
	if _, err := readDeviations("missing.yaml"); err == nil {
		t.Error("no error for a list that is missing")
	}
}
