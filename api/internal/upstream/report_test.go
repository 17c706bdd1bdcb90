package main

import (
	"slices"
	"strings"
	"testing"
)

// A report as oasdiff writes it, abridged.
const sampleReport = `{
	"info": {"contact": {"deleted": true}},
	"paths": {"modified": {"/{Version}/{group_id}": {"operations": {
		"added": ["PUT"],
		"deleted": ["DELETE"],
		"modified": {
			"GET": {
				"tags": {"deleted": ["groups"]},
				"parameters": {
					"added": {"header": ["authorization"], "query": ["after"]},
					"modified": {
						"header": {"user-agent": {"schema": {"default": {"from": null, "to": "Meta/1.0.0"}}}},
						"query": {"fields": {"explode": {"from": false, "to": null}, "schema": {"items": {"schemaDeleted": true}}}}
					}
				},
				"responses": {"modified": {"200": {"content": {"modified": {"application/json": {"schema": {"properties": {
					"deleted": ["suspended"],
					"modified": {"success": {
						"oneOf": {"deleted": [{"index": 0}]}, "type": {"added": ["boolean"]}, "listOfTypes": {"deleted": ["string"]}
					}}
				}}}}}}}}
			},
			"POST": {"requestBody": {"content": {"modified": {"application/json": {"schema": {"properties": {"modified": {
				"subject": {"maxLength": {"from": 128, "to": 256}}
			}}}}}}}}
		}
	}}}},
	"endpoints": {"modified": []}
}`

func TestParseReport(t *testing.T) {
	found, err := parseReport([]byte(sampleReport))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GET parameters header: added authorization",
		"GET parameters query fields explode: null instead of false",
		"GET parameters query fields items schemaDeleted: true",
		"GET parameters query: added after",
		"GET responses 200 application/json properties success oneOf: deleted alternative 0",
		"GET responses 200 application/json properties success type: added boolean",
		"GET responses 200 application/json properties: deleted suspended",
		"POST requestBody application/json properties subject maxLength: 256 instead of 128",
		"operations: added PUT",
		"operations: deleted DELETE",
	}
	wantLines(t, texts(found), want)

	if found, err := parseReport([]byte("{}")); err != nil || len(found) != 0 {
		t.Errorf("an empty report: %v, %v", found, err)
	}
	if _, err := parseReport([]byte("No changes")); err == nil {
		t.Error("no error for a report that is not JSON")
	}
}

func texts(found []difference) []string {
	var lines []string
	for _, d := range found {
		lines = append(lines, d.String())
	}
	return lines
}

func wantLines(t *testing.T, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestJudge(t *testing.T) {
	found, err := parseReport([]byte(sampleReport))
	if err != nil {
		t.Fatal(err)
	}
	r := judge(found, []deviation{
		{Reason: "a", Differences: []string{
			"GET parameters header: added authorization", "GET parameters query fields explode: null instead of false",
			"GET parameters query fields items schemaDeleted: true", "GET parameters query: added after",
			"GET responses 200 application/json properties success oneOf: deleted alternative 0",
			"GET responses 200 application/json properties success type: added boolean", "operations: added PUT",
		}},
		{Reason: "gone with what held it", Differences: []string{
			"DELETE responses: deleted default", "GET responses 200 application/json properties suspended type: added boolean",
		}},
		{Reason: "mended by Meta", Differences: []string{"POST responses: deleted default"}},
	})
	wantLines(t, r.unexplained, []string{
		"GET responses 200 application/json properties: deleted suspended",
		"POST requestBody application/json properties subject maxLength: 256 instead of 128",
		"operations: deleted DELETE",
	})
	wantLines(t, r.outdated, []string{"POST responses: deleted default"})

	var out strings.Builder
	r.print(&out)
	const want = `7 known differences, explained in the list of deviations
New differences: what the published document says otherwise
  GET responses 200 application/json properties: deleted suspended
  POST requestBody application/json properties subject maxLength: 256 instead of 128
  operations: deleted DELETE
Outdated explanations: these differences are gone
  POST responses: deleted default
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
}
