package main

import (
	"strings"
	"testing"
)

func TestDifferences(t *testing.T) {
	const before = `
info: {title: Groups, version: v23.0}
paths:
  /g:
    parameters: [{$ref: '#/a'}, {name: q, in: query}]
    get:
      description: Reads.
      responses: {'200': {description: ok}}
components:
  schemas:
    APIVersion: {enum: [v23.0]}
    Group:
      required: [id]
      properties:
        id: {type: string}
        description: {type: string, maxLength: 10, example: x}
        old: {type: string}
        mode: {enum: [a, b]}
`
	after := strings.NewReplacer(
		"v23.0", "v24.0", "Reads.", "Reads it.", "example: x", "example: y", "maxLength: 10", "maxLength: 9, minLength: 1",
		"old: {", "new: {", "[a, b]", "[b, c]", "required: [id]", "required: [new, id]", "title: Groups", "title: Group",
		"{name: q, in: query}", "{name: r, in: query}", "    get:", "    put: {responses: {}}\n    get:",
	).Replace(before)
	got, err := differences(before, after)
	if err != nil {
		t.Fatal(err)
	}
	const want = `Breaking changes:
  components schemas Group properties description maxLength: 9 instead of 10
  components schemas Group properties description minLength: added
  components schemas Group properties mode enum a: removed
  components schemas Group properties old: removed
  components schemas Group required new: added
  paths /g parameters q: removed
Other changes:
  components schemas Group properties mode enum c: added
  components schemas Group properties new: added
  info version: v24.0 instead of v23.0
  paths /g parameters r: added
  paths /g put: added
`
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got, err := differences(before, before); err != nil || got.String() != "Breaking changes:\n  none\nOther changes:\n  none\n" {
		t.Errorf("a document differs from itself: %v\n%s", err, got)
	}
	if _, err := differences(before, "a: [\n"); err == nil {
		t.Error("no error for a text that is not YAML")
	}
}
