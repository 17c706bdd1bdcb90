package webhook_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/client/webhook"
)

// What one element of groups says, as Meta's pages show it and as others report it.
func TestEvent(t *testing.T) {
	const (
		photo  = `,"profile_picture":{"mime_type":"image/jpeg","update_successful":true,"sha256":"q+3"}`
		failed = `"update_successful":false`
	)
	for _, tt := range []struct{ name, element, want string }{
		{"all applied", settings(photo + `,"group_subject":{"text":"x","update_successful":true}`),
			"group_settings_update; photo applied; subject applied"},
		{"in part", settings(photo + `,"group_subject":{"text":"x",` + failed + `,` + failures("131208") + `},` + failures("131208")),
			"group_settings_update; photo applied; subject refused 131208; 131208 = ErrPartial"},
		{"none", settings(`,"group_subject":{` + failed + `,` + failures("131208") + `},"group_description":{` + failed + `,` +
			failures("1") + `},` + failures("131000")),
			"group_settings_update; subject refused 131208; description refused 1; 131000 = ErrRateLimited"},
		{"refused without a reason", settings(`,"group_subject":{` + failed + `}`),
			"group_settings_update; subject refused = ErrUnknown"},
		{"refused, the reason beside", settings(`,"group_subject":{` + failed + `},` + failures("131009")),
			"group_settings_update; subject refused; 131009 = ErrInvalidRequest"},
		{"refused by errors alone", settings(`,"group_subject":{` + failures("131041") + `}`),
			"group_settings_update; subject refused 131041 = ErrNotFound"},
		{"refused whatever the flag says", settings(`,"group_subject":{"update_successful":true,` + failures("131041") + `}`),
			"group_settings_update; subject refused 131041 = ErrNotFound"},
		{"refused, another not stated", settings(`,"profile_picture":{},"group_subject":{` + failed + `,` + failures("2") + `}`),
			"group_settings_update; photo not stated; subject refused 2 = ErrUnavailable"},
		{"no flag", settings(`,"profile_picture":{"mime_type":"image/jpeg","sha256":"q+3"}`),
			"group_settings_update; photo not stated"},
		{"no flag, and errors", settings(`,"profile_picture":{"mime_type":"image/jpeg"},` + failures("131210")),
			"group_settings_update; photo not stated; 131210 = ErrInvalidRequest"},
		{"applied, and errors", settings(photo + `,` + failures("131000")),
			"group_settings_update; photo applied; 131000 = ErrPartial"},
		{"applied, another not stated, and errors", settings(photo + `,"group_subject":{},` + failures("131000")),
			"group_settings_update; photo applied; subject not stated; 131000 = ErrPartial"},
		{"the older form", settings(`,"subject":"x","description":"y"`),
			"group_settings_update; subject not stated; description not stated"},
		{"both forms", settings(`,"subject":"x","group_subject":{"update_successful":true},"description":null`),
			"group_settings_update; subject applied"},
		{"both forms, the other way round", settings(`,"group_subject":{"update_successful":true},"subject":"x"`),
			"group_settings_update; subject applied"},
		{"no setting", settings(``), "group_settings_update"},
		{"a setting of tomorrow", settings(`,"group_icon":{` + failed + `},"key":"of tomorrow","set":{}`),
			"group_settings_update; group_icon refused = ErrUnknown"},
		{"flags in quotes", settings(`,"profile_picture":{"update_successful":"true"},"group_subject":{"update_successful":"false"}`),
			"group_settings_update; photo applied; subject refused = ErrPartial"},
		{"flags as numbers", settings(`,"profile_picture":{"update_successful":1},"group_subject":{"update_successful":0}`),
			"group_settings_update; photo applied; subject refused = ErrPartial"},
		{"a flag of null", settings(`,"profile_picture":{"update_successful":null}`), "group_settings_update; photo not stated"},
		{"a flag that says nothing", settings(`,"profile_picture":{"update_successful":"soon"}`),
			"group_settings_update; photo not stated = ErrMalformedResponse"},
		{"a result that is no object", settings(photo + `,"group_subject":7`),
			"group_settings_update; photo applied = ErrMalformedResponse"},
		{"another type under the field of settings", head + `,"type":"group_create"` + photo + `}`,
			"group_create; photo applied"},

		{"created", head + `,"type":"group_create","invite_link":"https://chat.whatsapp.com/A"}`, "group_create"},
		{"not created", head + `,"type":"group_create",` + failures("131211") + `}`, "group_create; 131211 = ErrUnknown"},
		{"deleted", deletion(``), "group_delete"},
		{"not deleted, the code in quotes", deletion(`,` + failures(`"131041"`)), "group_delete; 131041 = ErrNotFound"},
		{"an unknown code", deletion(`,` + failures("987654")), "group_delete; 987654 = ErrUnknown"},
		{"a code that is no number", deletion(`,` + failures(`"CODE"`)), "group_delete; 0 = ErrUnknown"},
		{"two errors", deletion(`,` + failures("131208", "131041")), "group_delete; 131208 131041 = ErrRateLimited"},
		{"an error twice", deletion(`,` + failures("131208", "131208")), "group_delete; 131208 = ErrRateLimited"},
		{"no errors", deletion(`,"errors":[]`), "group_delete"},
		{"errors of null", deletion(`,"errors":null`), "group_delete"},
		{"a single error", deletion(`,"errors":{"code":131041}`), "group_delete; 131041 = ErrNotFound"},
		{"an error without content", deletion(`,"errors":[{}]`), "group_delete; 0 = ErrUnknown"},
		{"an error as a text", deletion(`,"errors":["no"]`), "group_delete; 0 = ErrUnknown"},
		{"a member of tomorrow", deletion(`,"href":{"deep":[1]}`), "group_delete"},
		{"a type of tomorrow", head + `,"type":"group_archive"}`, "group_archive"},
		{"suspended", `{"timestamp":"1760000000","type":"group_suspend","group_id":"` + group + `"}`, "group_suspend"},
		{"bare scalars", `{"type":"group_delete","group_id":12,"request_id":34,"timestamp":1760000000}`, "group_delete"},
		{"escaped keys", `{"\u0074ype":"group_delete","group\u005fid":"g"}`, "group_delete"},
		{"a key twice", `{"type":"group_create","type":"group_delete","group_id":"g"}`, "group_delete"},

		{"not an object", `7`, "group_settings_update = ErrMalformedResponse"},
		{"no type", `{"group_id":"g","request_id":"r"}`, "group_settings_update = ErrMalformedResponse"},
		{"no ID", `{"type":"group_delete"}`, "group_settings_update = ErrMalformedResponse"},
	} {
		t.Run(tt.name, func(t *testing.T) { clienttest.Equal(t, "event", shown(one(t, tt.element)), tt.want) })
	}
}

func TestEventFields(t *testing.T) {
	e := one(t, settings(`,"group_subject":{"text":"Caf\u00e9 \ud83d\ude00 \/ 7","update_successful":false,"errors":[`+
		`{"code":131208,"title":"Limit","message":"Too many","href":"h","error_data":{"details":"of `+group+`"}},`+
		`{"code":2,"error_data":"a text"}]}`))
	for what, pair := range map[string][2]string{
		"field": {e.Field, webhook.FieldGroupSettings}, "type": {e.Type, webhook.TypeGroupSettings},
		"request": {e.RequestID, request}, "group": {e.GroupID, group}, "phone number": {e.PhoneNumberID, "200"},
		"account": {e.AccountID, "100"}, "time": {e.Time.Format(time.RFC3339), "2025-10-09T08:53:20Z"},
		"requested text": {e.Settings[0].Requested, "Café 😀 / 7"},
	} {
		clienttest.Equal(t, what, pair[0], pair[1])
	}
	failures := e.Settings[0].Errors
	clienttest.Equal(t, "error", *failures[0], webhook.Error{131208, "Limit", "Too many", "of [redacted]"})
	clienttest.Equal(t, "error", *failures[1], webhook.Error{Code: 2, Details: "a text"})
}

func TestEventTime(t *testing.T) {
	for written, want := range map[string]string{
		`"1760000000"`: "2025-10-09T08:53:20Z", `1760000000`: "2025-10-09T08:53:20Z",
		`1760000000123`: "2025-10-09T08:53:20.123Z", // milliseconds, as other webhooks have them
		`"soon"`:        "", `null`: "", `-1`: "", `0`: "", `99999999999999999`: "", `{}`: "",
	} {
		e := one(t, `{"type":"group_delete","group_id":"g","timestamp":`+written+`}`)
		got := ""
		if !e.Time.IsZero() {
			got = e.Time.Format(time.RFC3339Nano)
		}
		clienttest.Equal(t, "time of "+written, got, want)
	}
}

// Lists with several elements, changes of other fields and elements that cannot be read.
func TestParse(t *testing.T) {
	entry := func(members string) string { return `{"object":"whatsapp_business_account","entry":[` + members + `]}` }
	const field = webhook.FieldGroupLifecycle
	for _, tt := range []struct {
		name, body string
		want       []string // shown, and Raw where it matters
	}{
		{"nothing", emptyBody, nil},
		{"every element of every list", entry(`{"id":"1","changes":[` + changeOf(field, deletion(``), deletion(`,`+failures("1"))) +
			`,` + changeOf(field, deletion(``)) + `]},{"id":"2","changes":[` + changeOf(field, deletion(``)) + `]}`),
			[]string{"group_delete", "group_delete; 1 = ErrUnavailable", "group_delete", "group_delete"}},
		{"keys in the other order", `{"entry":[{"changes":[{"value":{"groups":[` + deletion(``) + `],"metadata":` +
			`{"phone_number_id":"2"}},"field":"` + field + `"}],"id":"1"}],"object":"whatsapp_business_account"}`,
			[]string{"group_delete"}},
		{"white space", strings.NewReplacer(`{`, " {\n ", `,`, "\t, ", `[`, "[\r\n", `:`, " : ", `]`, " ]\n", `}`, " } ").
			Replace(bodyOf(changeOf(field, deletion(``)))), []string{"group_delete"}},
		{"a field that is not about groups", bodyOf(`{"field":"messages","value":{"messages":[{"id":"x"}]}}`),
			[]string{`messages {"messages":[{"id":"x"}]}`}},
		{"a value that is no object", bodyOf(`{"field":"flows","value":"x"}`), []string{`flows "x"`}},
		{"a field of tomorrow with groups", bodyOf(changeOf("group_picture_update", deletion(``))), []string{"group_delete"}},
		{"both spellings for participants", bodyOf(
			changeOf("group_participants_update", head+`,"type":"group_participants_add"}`),
			changeOf("group_participant_update", head+`,"type":"group_add_participants"}`)),
			[]string{"group_participants_add", "group_add_participants"}},
		{"the dashboard's test", strings.Replace(bodyOf(changeOf(field, deletion(``))), `"100"`, `"0"`, 1),
			[]string{"group_delete"}},

		{"one that cannot be read among others", bodyOf(changeOf(field, deletion(``), `"x"`, deletion(``))),
			[]string{"group_delete", field + ` = ErrMalformedResponse "x"`, "group_delete"}},
		{"a run that cannot be read", bodyOf(changeOf(field, deletion(``), `1`, `{}`, `[ ]`)),
			[]string{"group_delete", field + ` = ErrMalformedResponse [1,{},[ ]]`}},
		{"two runs", bodyOf(changeOf(field, `1`, `2`, deletion(``), `3`)), []string{
			field + ` = ErrMalformedResponse [1,2]`, "group_delete", field + ` = ErrMalformedResponse 3`}},
		{"changes that cannot be read", bodyOf(`7`, `{}`, changeOf(field, deletion(``)), `{"field":"x"}`), []string{
			` = ErrMalformedResponse [7,{}]`, "group_delete", `x = ErrMalformedResponse {"field":"x"}`}},
		{"a value without groups", bodyOf(`{"field":"` + field + `","value":{}}`), []string{
			field + ` = ErrMalformedResponse {"field":"` + field + `","value":{}}`}},
		{"entries that cannot be read", entry(`null,{"id":"1"},{"id":"2","changes":[` + changeOf(field, deletion(``)) + `]}`),
			[]string{` = ErrMalformedResponse [null,{"id":"1"}]`, "group_delete"}},
		{"names without values", entry(`{"id":"1","changed_fields":["` + field + `"]}`), []string{
			` = ErrMalformedResponse {"id":"1","changed_fields":["` + field + `"]}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got []string
			for _, e := range parse(t, tt.body) {
				s := shown(e)
				if e.Type == "" {
					s += " " + string(e.Raw)
				}
				got = append(got, s)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestNamesWithoutValuesSayWhatToSwitchOn(t *testing.T) {
	events := parse(t, `{"object":"whatsapp_business_account","entry":[{"id":"1","changed_fields":[]}]}`)
	if err := events[0].Err(); !strings.Contains(err.Error(), `"Include Values"`) || events[0].AccountID != "1" {
		t.Errorf("account %q, error %v", events[0].AccountID, err)
	}
}

func TestParseRefuses(t *testing.T) {
	for name, body := range map[string]string{
		"no body": "", "a text": "hello", "cut": emptyBody[:len(emptyBody)-1], "more behind it": emptyBody + "x",
		"a byte order mark": "\ufeff" + emptyBody, "null": "null", "a list": "[]", "an empty object": "{}",
		"another product": `{"object":"user","entry":[]}`, "no entry": `{"object":"whatsapp_business_account"}`,
		"an entry that is no list": `{"object":"whatsapp_business_account","entry":{}}`,
	} {
		events, err := webhook.Parse([]byte(body))
		if events != nil {
			t.Errorf("%s: %d events", name, len(events))
		}
		clienttest.WantClass(t, err, client.ErrMalformedResponse)
	}
}
