package api_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/api"
)

// Bodies as the reference, a guide and other programs show them, and bodies that must not pass.
func TestSamples(t *testing.T) {
	const (
		asJSON      = "application/json"
		asForm      = "application/x-www-form-urlencoded"
		asMultipart = "multipart/form-data"
	)
	item := load(t, api.Document).Paths.Value("/{Version}/{group_id}")
	response := func(op *openapi3.Operation, status string) *openapi3.Schema {
		return op.Responses.Value(status).Value.Content[asJSON].Schema.Value
	}
	request := func(media string) *openapi3.Schema { return item.Post.RequestBody.Value.Content[media].Schema.Value }
	get, posted, deleted, failed := response(item.Get, "200"), response(item.Post, "200"), response(item.Delete, "200"),
		response(item.Get, "default")
	subjectOf := func(characters int) string {
		return `{"messaging_product":"whatsapp","subject":"` + strings.Repeat("ü", characters) + `"}`
	}
	descriptionOf := func(characters int) string {
		return `{"messaging_product":"whatsapp","description":"` + strings.Repeat("ü", characters) + `"}`
	}
	for _, tt := range []struct {
		schema *openapi3.Schema
		body   string
		valid  bool
	}{
		{deleted, `{"success":"true"}`, true}, // The reference's sample.
		{deleted, `{"success":true}`, true},   // The reference's schema.
		{deleted, `{"success":"false"}`, true},
		{deleted, `{"request_id":"106540352242922"}`, true},
		{deleted, `{}`, true},
		{deleted, `{"success":"yes"}`, false},
		{deleted, `{"success":1}`, false},
		{deleted, `[]`, false},

		{posted, `{"success":true}`, true},
		{posted, `{"messaging_product":"whatsapp","request_id":"106540352242922"}`, true},
		{posted, `{}`, true},
		{posted, `{"request_id":106540352242922}`, false},

		{get, `{"id":"x","messaging_product":"whatsapp"}`, true},
		{get, `{"suspended":true,"creation_timestamp":1735689600,"total_participant_count":0}`, true},
		{get, `{"suspended":"true","creation_timestamp":"1735689600","total_participant_count":"0"}`, true},
		{get, `{"participants":[]}`, true},
		{get, `{"participants":[{"wa_id":"15550100001"},{"user_id":"US.1"}]}`, true},
		{get, `{"a_field_of_tomorrow":{}}`, true},
		{get, `{"suspended":"maybe"}`, false},
		{get, `{"creation_timestamp":"yesterday"}`, false},
		{get, `{"creation_timestamp":1.5}`, false},
		{get, `{"participants":{"data":[]}}`, false},
		{get, `{"participants":["15550100001"]}`, false},
		{get, `{"subject":null}`, false},

		{failed, `{"error":{"message":"m","type":"OAuthException","code":100,"error_subcode":33}}`, true},
		{failed, `{"error":{"message":"m","type":"t","code":4,"error_data":"text"}}`, true},
		{failed, `{"error":{"message":"m","type":"t","code":4,"error_data":{"details":"d"}}}`, true},
		{failed, `{"error":{"message":"m","type":"t"}}`, false},
		{failed, `{}`, false},

		{request(asJSON), `{"messaging_product":"whatsapp"}`, true},
		{request(asJSON), `{"messaging_product":"whatsapp","subject":"s","description":""}`, true},
		{request(asJSON), `{"messaging_product":"whatsapp","profile_picture_file":"p"}`, true},
		{request(asJSON), subjectOf(128), true}, // Characters, not bytes.
		{request(asJSON), subjectOf(129), false},
		{request(asJSON), subjectOf(0), false},
		{request(asJSON), descriptionOf(2048), true},
		{request(asJSON), descriptionOf(2049), false},
		{request(asJSON), `{"subject":"s"}`, false},
		{request(asJSON), `{"messaging_product":"messenger","subject":"s"}`, false},
		{request(asJSON), `{"messaging_product":"whatsapp","topic":"s"}`, false},

		{request(asForm), `{"messaging_product":"whatsapp","subject":"s"}`, true},
		{request(asForm), `{"subject":"s"}`, false},

		{request(asMultipart), `{"messaging_product":"whatsapp","file":"bytes"}`, true},
		{request(asMultipart), `{"file":"bytes"}`, true}, // The reference does not require the product here.
		{request(asMultipart), `{"messaging_product":"messenger","file":"bytes"}`, false},
		{request(asMultipart), `{"messaging_product":"whatsapp","subject":"s"}`, false},
	} {
		err := tt.schema.VisitJSON(decoded(t, tt.body), openapi3.EnableJSONSchema2020())
		if valid := err == nil; valid != tt.valid {
			t.Errorf("%.80s: valid is %v, want %v", tt.body, valid, tt.valid)
		}
	}
}

func decoded(t *testing.T, body string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(body), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

func TestParameterSamples(t *testing.T) {
	parameters := load(t, api.Document).Components.Parameters
	for _, tt := range []struct {
		parameter, value string
		valid            bool
	}{
		{"GroupID", "Y2FwaV9ncm91cDox", true},
		{"GroupID", "a_b-c=", true},
		{"GroupID", strings.Repeat("a", 256), true},
		{"GroupID", strings.Repeat("a", 257), false},
		{"GroupID", "", false},
		{"GroupID", ".", false},
		{"GroupID", "..", false},
		{"GroupID", "a/b", false},
		{"GroupID", "a%2Fb", false},
		{"GroupID", "a?b", false},
		{"GroupID", "a#b", false},
		{"GroupID", "a\nb", false},
		{"GroupID", "a\n", false},
		{"Version", "v99.10", true},
		{"Version", "99.1", false},
		{"Version", "v99", false},
		{"Version", "v99.1/x", false},
		{"Version", "", false},
		{"UserAgent", "name/0.1.0", true},
		{"UserAgent", "name/0.1.0;go=1.26.8 app/1.2", true},
		{"UserAgent", "Go-http-client/1.1", false},
		{"UserAgent", "name/v0.1.0", false},
	} {
		err := parameters[tt.parameter].Value.Schema.Value.VisitJSON(tt.value, openapi3.EnableJSONSchema2020())
		if valid := err == nil; valid != tt.valid {
			t.Errorf("%s %.80q: valid is %v, want %v", tt.parameter, tt.value, valid, tt.valid)
		}
	}
}

// wrongIDs lists the examples of a group whose id no request could carry; as a property it is just a string.
func wrongIDs(doc *openapi3.T) []string {
	rule := regexp.MustCompile(doc.Components.Parameters["GroupID"].Value.Schema.Value.Pattern)
	media := doc.Paths.Value("/{Version}/{group_id}").Get.Responses.Status(200).Value.Content["application/json"]
	var problems []string
	for name, example := range media.Examples {
		group, ok := example.Value.Value.(map[string]any)
		if id := fmt.Sprint(group["id"]); !ok || !rule.MatchString(id) {
			problems = append(problems, fmt.Sprintf("example %s: id %s", name, id))
		}
	}
	return problems
}

func TestExampleIDs(t *testing.T) {
	equal(t, wrongIDs(load(t, api.Document)), nil)

	wrong := edited(t, "                    id: *groupID\n", "                    id: a/b\n")
	equal(t, wrongIDs(load(t, wrong)), []string{"example noFields: id a/b"})
}
