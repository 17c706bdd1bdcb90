package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/api"
)

// webhookFields says what Meta's pages show in the webhooks, in the notation of factsOf.
var webhookFields = [][2]string{
	{"object", "string whatsapp_business_account, required"},
	{"entry", "array of open object, required"},
	{"entry[] id", "string, required"},
	{"entry[] time", "integer int64 or string"}, // From Graph's general pages, like changed_fields.
	{"entry[] changed_fields", "array of string"},
	{"entry[] changes", "array of open object"},
	{"entry[] changes[] field", "string, required"},
	{"entry[] changes[] value", "open object, required"},
	{"entry[] changes[] value messaging_product", "string whatsapp, required"},
	{"entry[] changes[] value metadata", "open object, required"},
	{"entry[] changes[] value metadata display_phone_number", "string, required"},
	{"entry[] changes[] value metadata phone_number_id", "string, required"},
	{"entry[] changes[] value groups", "array of open object, required"},

	{"settings timestamp", "integer int64 or string, required"},
	{"settings group_id", "string, required"},
	{"settings type", "string group_settings_update, required"},
	{"settings request_id", "string"},
	{"settings profile_picture", "open object"},
	{"settings profile_picture mime_type", "string"},
	{"settings profile_picture sha256", "string"},
	{"settings profile_picture update_successful", "boolean"},
	{"settings profile_picture errors", "array of open object"},
	{"settings group_subject", "open object"},
	{"settings group_subject text", "string"},
	{"settings group_subject update_successful", "boolean"},
	{"settings group_subject errors", "array of open object"},
	{"settings group_description", "open object"},
	{"settings group_description text", "string"},
	{"settings group_description update_successful", "boolean"},
	{"settings group_description errors", "array of open object"},
	{"settings subject", "string"},
	{"settings description", "string"},
	{"settings errors", "array of open object"},
	{"settings errors[] code", "integer int64 or string"}, // An integer in other webhooks, in quotes in this one's sample.
	{"settings errors[] title", "string"},
	{"settings errors[] message", "string"},
	{"settings errors[] href", "string"},
	{"settings errors[] error_data", "open object"},
	{"settings errors[] error_data details", "string"},

	{"lifecycle timestamp", "integer int64 or string, required"},
	{"lifecycle group_id", "string, required"},
	{"lifecycle type", "string group_create|group_delete, required"},
	{"lifecycle request_id", "string"},
	{"lifecycle subject", "string"},
	{"lifecycle description", "string"},
	{"lifecycle invite_link", "string"},
	{"lifecycle join_approval_mode", "string approval_required|auto_approve"},
	{"lifecycle added_participants", "array of open object"},
	{"lifecycle added_participants[] input", "integer int64 or string"}, // Bare numbers in an example.
	{"lifecycle added_participants[] wa_id", "integer int64 or string"},
	{"lifecycle errors", "array of open object"},
}

// webhookDeviations lists, sorted, where the webhooks of a document are not those of the table, or not complete.
func webhookDeviations(doc *openapi3.T) []string {
	found := facts{}
	for prefix, name := range map[string]string{
		"": "WebhookDelivery", "settings ": "WebhookSettingsEvent", "lifecycle ": "WebhookLifecycleEvent",
	} {
		found.addProperties(strings.TrimSuffix(prefix, " "), "", doc.Components.Schemas[name].Value)
	}
	var problems []string
	for _, row := range webhookFields {
		at := row[0]
		if _, ok := found[at]; !ok {
			at = " " + at
		}
		if got := found[at].shape; got != row[1] {
			problems = append(problems, row[0]+": "+got+" instead of "+row[1])
		}
		delete(found, at)
	}
	for at := range found {
		if !strings.Contains(at, "errors[] ") {
			problems = append(problems, strings.TrimSpace(at)+": in no page")
		}
	}
	for name, item := range doc.Webhooks {
		op := item.Post
		if op.Summary == "" || op.Description == "" || len(unexemplified(op.RequestBody.Value.Content)) > 0 ||
			op.Responses.Default() == nil {
			problems = append(problems, name+": no summary, description, example or default response")
		}
	}
	slices.Sort(problems)
	return problems
}

func TestWebhooksAgreeWithMetasPages(t *testing.T) {
	equal(t, webhookDeviations(load(t, api.Document)), nil)

	doc := load(t, api.Document)
	doc.Webhooks["group_status_update"].Post.Summary = ""
	settings := doc.Components.Schemas["WebhookSettingsEvent"].Value
	settings.Properties["topic"] = settings.Properties["subject"]
	delete(settings.Properties, "subject")
	doc.Components.Schemas["WebhookEntry"].Value.Required = nil
	equal(t, webhookDeviations(doc), []string{
		"entry[] id: string instead of string, required",
		"group_status_update: no summary, description, example or default response",
		"settings subject:  instead of string",
		"settings topic: in no page",
	})
}

// The shapes of Meta's pages, made valid, and what must not pass; each stands in an envelope of its field.
func TestWebhookSamples(t *testing.T) {
	const (
		head     = `"timestamp":"1760000000","group_id":"Y2FwaV9ncm91cDox","request_id":"0F1E2D3C4B5A69788796A5B4C3D2E1F0"`
		settings = head + `,"type":"group_settings_update"`
		failure  = `[{"code":131208,"message":"m","title":"t","error_data":{"details":"d"}}]`
	)
	doc := load(t, api.Document)
	for _, tt := range []struct {
		field, event string
		valid        bool
	}{
		{"group_settings_update", settings + `,
			"profile_picture":{"mime_type":"image/jpeg","update_successful":true,"sha256":"q+3"},
			"group_subject":{"text":"x","update_successful":false,"errors":` + failure + `},"errors":` + failure, true},
		{"group_settings_update", `"timestamp":1760000000,"group_id":"g","type":"group_settings_update","request_id":"r",
			"profile_picture":{"mime_type":"image/jpeg","sha256":"q+3"}`, true},
		{"group_settings_update", settings + `,"subject":"x","description":"y"`, true},
		{"group_settings_update", settings + `,"group_icon":{}`, true},
		{"group_settings_update", settings + `,"group_subject":"x"`, false},
		{"group_settings_update", settings + `,"group_subject":{"update_successful":"perhaps"}`, false},
		{"group_settings_update", settings + `,"errors":{}`, false},
		{"group_settings_update", settings + `,"errors":[{"code":"x"}]`, false},
		{"group_settings_update", head + `,"type":"group_delete"`, false},
		{"group_settings_update", `"timestamp":"now","group_id":"g","type":"group_settings_update"`, false},
		{"group_settings_update", `"group_id":"g","type":"group_settings_update"`, false},
		{"group_lifecycle_update", head + `,"type":"group_create","subject":"x","invite_link":"https://chat.whatsapp.com/A",
			"join_approval_mode":"auto_approve","added_participants":[{"input":15550100001,"wa_id":"15550100001"}]`, true},
		{"group_lifecycle_update", head + `,"type":"group_delete"`, true},
		{"group_lifecycle_update", head + `,"type":"group_delete","errors":[{"code":"131041","href":"h"}]`, true},
		{"group_lifecycle_update", settings, false},
		{"group_participants_update", head + `,"type":"group_participants_add","added_participants":[{"wa_id":"1"}]`, true},
		{"group_participant_update", head + `,"type":"group_add_participants"`, true},
		{"group_status_update", `"timestamp":"1760000000","type":"group_suspend","group_id":"g"`, true},
		{"group_picture_update", head, false},
	} {
		webhook := doc.Webhooks["group_status_update"]
		if named, ok := doc.Webhooks[tt.field]; ok {
			webhook = named
		}
		schema := webhook.Post.RequestBody.Value.Content["application/json"].Schema.Value
		body := `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"` + tt.field + `","value":
			{"messaging_product":"whatsapp","metadata":{"display_phone_number":"1","phone_number_id":"2"},
			"groups":[{` + tt.event + `}]}}]}]}`
		err := schema.VisitJSON(decoded(t, body), openapi3.EnableJSONSchema2020())
		if valid := err == nil; valid != tt.valid {
			t.Errorf("%s %.120s: valid is %v, want %v: %v", tt.field, tt.event, valid, tt.valid, err)
		}
	}
}
