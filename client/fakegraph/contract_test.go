package fakegraph

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/api"
)

// newContract has kin-openapi use its own validator, which passes over the keywords of JSON Schema 2020-12 that it
// does not know. This list is what it knows and the document uses.
func TestContractKeywords(t *testing.T) {
	known := map[string]bool{
		"type": true, "format": true, "enum": true, "pattern": true, "minLength": true, "maxLength": true,
		"items": true, "minItems": true, "properties": true, "required": true, "additionalProperties": true,
		"oneOf": true, "description": true, "x-photo-limits": true,
	}
	doc, err := openapi3.NewLoader().LoadFromData(api.Document)
	if err != nil {
		t.Fatal(err)
	}
	schemas := 0
	err = doc.WalkSchemas(func(path string, ref *openapi3.SchemaRef) error {
		text, err := json.Marshal(ref.Value)
		if err != nil {
			return err
		}
		var keywords map[string]any
		if err := json.Unmarshal(text, &keywords); err != nil {
			return err
		}
		for keyword := range keywords {
			if !known[keyword] {
				t.Errorf("%s: keyword %s: check that kin-openapi validates it for OpenAPI 3.0", path, keyword)
			}
		}
		schemas++
		return nil
	})
	if err != nil || schemas < 20 {
		t.Errorf("%d schemas seen, error %v", schemas, err)
	}
}

// The two validators agree about the bodies that matter.
func TestValidatorsAgree(t *testing.T) {
	c, err := loadedContract()
	if err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("ü", 129)
	for _, tt := range []struct {
		value map[string]any
		ok    bool
	}{
		{map[string]any{"messaging_product": "whatsapp"}, true},
		{map[string]any{"messaging_product": "whatsapp", "subject": long[2:]}, true},
		{map[string]any{"messaging_product": "whatsapp", "subject": long}, false},
		{map[string]any{"messaging_product": "whatsapp", "subject": ""}, false},
		{map[string]any{"messaging_product": "whatsapp", "description": nil}, false},
		{map[string]any{"messaging_product": "sms"}, false},
		{map[string]any{"messaging_product": "whatsapp", "colour": "red"}, false},
		{map[string]any{"subject": "Shed"}, false},
	} {
		own := c.settings.VisitJSON(tt.value) == nil
		full := c.settings.VisitJSON(tt.value, openapi3.EnableJSONSchema2020()) == nil
		if own != tt.ok || full != tt.ok {
			t.Errorf("%v: own %t, JSON Schema 2020-12 %t, want %t", tt.value, own, full, tt.ok)
		}
	}
}

func withoutDelete(t *testing.T) []byte {
	t.Helper()
	before, rest, ok := bytes.Cut(api.Document, []byte("    delete:\n"))
	_, after, ok2 := bytes.Cut(rest, []byte("\ncomponents:\n"))
	if !ok || !ok2 {
		t.Fatal("the document has another form")
	}
	return append(append(bytes.Clone(before), "components:\n"...), after...)
}

func TestBrokenContract(t *testing.T) {
	tests := []struct{ name, old, new, want string }{
		{"no YAML", "openapi: 3.1.0", "\t", "non-empty string"},
		{"no OpenAPI", "openapi: 3.1.0", "openapi: 1.0", "openapi"},
		{"no version", "    Version:\n", "    Edition:\n", "Version"},
		{"no update", "operationId: updateGroupSettings", "operationId: x", "no request body of updateGroupSettings"},
		{"no form", "application/x-www-form-urlencoded:", "text/plain:", "instead of JSON, form and multipart"},
		{"no file", "            encoding:\n              file:", "            x-encoding:\n              file:",
			"no file in the multipart body"},
		{"no limits", "x-photo-limits:", "x-limits:", "no x-photo-limits"},
		{"odd limits", "minSide: 192", "minSide: small", "cannot unmarshal"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(string(api.Document), tt.old, tt.new, 1)
			if text == string(api.Document) {
				t.Fatal("the document has another form")
			}
			if _, err := newContract([]byte(text)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestContractParts(t *testing.T) {
	doc := &openapi3.T{Components: &openapi3.Components{}}
	if _, err := parameter(doc, "Version"); err == nil || err.Error() != "no parameter Version" {
		t.Errorf("got %v", err)
	}
	if _, err := component(doc, "Group"); err == nil || err.Error() != "no schema Group" {
		t.Errorf("got %v", err)
	}
}

// A response that breaks the contract becomes an error that the client and the test can see.
func TestOwnAnswersAreChecked(t *testing.T) {
	s, err := New(WithGroups(testGroup()))
	if err != nil {
		t.Fatal(err)
	}
	s.groups[testID].group.JoinApprovalMode = "ask_rowan" // past PutGroup
	for range 2 {
		a := send(t, s, call{path: testPath + "?fields=join_approval_mode"})
		wantError(t, a, 500, "1", "response body doesn't match schema")
	}
	if err := s.Err(); err == nil || !strings.Contains(err.Error(), "fakegraph: a response broke the contract: ") {
		t.Errorf("got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
