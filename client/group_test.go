package client_test

import (
	"encoding/json"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

var allFields = []client.Field{
	client.FieldID, client.FieldSubject, client.FieldDescription, client.FieldJoinApprovalMode, client.FieldSuspended,
	client.FieldCreationTimestamp, client.FieldParticipants, client.FieldTotalParticipantCount,
}

// wantGroup compares what callers see of a group, except Raw.
func wantGroup(tb testing.TB, got *client.Group, want client.Group, has []client.Field) {
	tb.Helper()
	shown := *got
	shown.Raw = nil
	type fields client.Group // without MarshalJSON, which leaves fields out
	gotJSON, _ := json.Marshal(fields(shown))
	wantJSON, _ := json.Marshal(fields(want))
	clienttest.Equal(tb, "group", string(gotJSON), string(wantJSON))
	clienttest.Equal(tb, "zone of CreatedAt", got.CreatedAt.Location(), time.UTC)
	for _, f := range allFields {
		clienttest.Equal(tb, "Has "+string(f), got.Has(f), slices.Contains(has, f))
		clienttest.Equal(tb, "Has of a group that was made by hand", (&client.Group{ID: "g"}).Has(f), false)
	}
	for _, f := range []client.Field{"", "x", "messaging_product", "ID"} {
		clienttest.Equal(tb, "Has "+strconv.Quote(string(f)), got.Has(f), false)
	}
}

func TestGroup(t *testing.T) {
	created := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	full := client.Group{
		ID: clienttest.GroupID, Subject: "Allotment Neighbours", Description: "Seeds, water rota.",
		JoinApprovalMode: client.JoinApprovalRequired, Suspended: true, CreatedAt: created,
		Participants: []client.Participant{{WaID: "15550100001"}, {WaID: "15550100002"}}, TotalParticipantCount: 2,
	}
	only := []client.Field{client.FieldID}
	timeAndCount := []client.Field{client.FieldID, client.FieldCreationTimestamp, client.FieldTotalParticipantCount}
	isSuspended := []client.Field{client.FieldID, client.FieldSuspended}
	for _, tt := range []struct {
		name, body string
		want       client.Group
		has        []client.Field
	}{
		{"numbers and a boolean without quotes", `{"id":"` + clienttest.GroupID + `","messaging_product":"whatsapp",
			"subject":"Allotment Neighbours","description":"Seeds, water rota.","join_approval_mode":"approval_required",
			"suspended":true,"creation_timestamp":1735689600,
			"participants":[{"wa_id":"15550100001"},{"wa_id":"15550100002"}],"total_participant_count":2}`, full, allFields},
		{"numbers and a boolean in quotes", `{"id":"` + clienttest.GroupID + `","subject":"Allotment Neighbours",
			"description":"Seeds, water rota.","join_approval_mode":"approval_required","suspended":"true",
			"creation_timestamp":"1735689600","participants":[{"wa_id":"15550100001"},{"wa_id":"15550100002"}],
			"total_participant_count":"2"}`, full, allFields},
		{"the id only", `{"id":"g"}`, client.Group{ID: "g"}, only},
		{"the id and the product", `{"messaging_product":"whatsapp","id":"g"}`, client.Group{ID: "g"}, only},
		{"nulls", `{"id":"g","subject":null,"description":null,"join_approval_mode":null,"suspended":null,
			"creation_timestamp":null,"participants":null,"total_participant_count":null,"error":null,"errors":null}`,
			client.Group{ID: "g"}, only},
		{"zero values that came", `{"id":"g","subject":"","description":"","join_approval_mode":"","suspended":false,
			"creation_timestamp":0,"participants":[],"total_participant_count":0}`,
			client.Group{ID: "g", CreatedAt: time.Unix(0, 0).UTC(), Participants: []client.Participant{}}, allFields},
		{"a quoted false", `{"id":"g","suspended":"false"}`, client.Group{ID: "g"},
			[]client.Field{client.FieldID, client.FieldSuspended}},
		{"fields that this version does not know", `{"id":"g","invite_link":"https://x.example","admins":[{"a":{}}],
			"success":true,"errors":[]}`, client.Group{ID: "g"}, only},
		{"newer participants", `{"id":"g","participants":[{"wa_id":"1","user_id":"US.1","parent_user_id":"US.ENT.1",
			"username":"rowan","role":"admin"},{"user_id":"US.2"},{}]}`,
			client.Group{ID: "g", Participants: []client.Participant{
				{WaID: "1", UserID: "US.1", ParentUserID: "US.ENT.1", Username: "rowan"}, {UserID: "US.2"}, {},
			}}, []client.Field{client.FieldID, client.FieldParticipants}},
		{"a way to join that this version does not know", `{"id":"g","join_approval_mode":"by_vote"}`,
			client.Group{ID: "g", JoinApprovalMode: "by_vote"}, []client.Field{client.FieldID, client.FieldJoinApprovalMode}},
		{"the first second of the year 1", `{"id":"g","creation_timestamp":-62135596800}`,
			client.Group{ID: "g"}, []client.Field{client.FieldID, client.FieldCreationTimestamp}},
		{"the last second of the year 9999", `{"id":"g","creation_timestamp":"253402300799"}`,
			client.Group{ID: "g", CreatedAt: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)},
			[]client.Field{client.FieldID, client.FieldCreationTimestamp}},
		{"characters beyond ASCII", `{"id":"g","subject":"\ud83c\udf31 Nachbarn\u0000","description":"é"}`,
			client.Group{ID: "g", Subject: "🌱 Nachbarn\x00", Description: "é"},
			[]client.Field{client.FieldID, client.FieldSubject, client.FieldDescription}},
		{"broken UTF-8", "{\"id\":\"g\",\"subject\":\"a\xffb\"}", client.Group{ID: "g", Subject: "a\ufffdb"},
			[]client.Field{client.FieldID, client.FieldSubject}},
		{"numbers with a fraction of zero", `{"id":"g","creation_timestamp":1761886978.0,"total_participant_count":"2.0"}`,
			client.Group{ID: "g", CreatedAt: time.Unix(1761886978, 0).UTC(), TotalParticipantCount: 2}, timeAndCount},
		{"numbers with an exponent", `{"id":"g","creation_timestamp":"1.761886978e9","total_participant_count":1E2}`,
			client.Group{ID: "g", CreatedAt: time.Unix(1761886978, 0).UTC(), TotalParticipantCount: 100}, timeAndCount},
		{"Graph's date", `{"id":"g","creation_timestamp":"2025-10-31T05:02:58+0000"}`,
			client.Group{ID: "g", CreatedAt: time.Unix(1761886978, 0).UTC()}, timeAndCount[:2]},
		{"Graph's date of another zone, escaped", `{"id":"g","creation_timestamp":"2025-10-31T07:02:58\u002b0200"}`,
			client.Group{ID: "g", CreatedAt: time.Unix(1761886978, 0).UTC()}, timeAndCount[:2]},
		{"a date of RFC 3339", `{"id":"g","creation_timestamp":"2025-10-31T05:02:58.5Z"}`,
			client.Group{ID: "g", CreatedAt: time.Unix(1761886978, 0).UTC()}, timeAndCount[:2]},
		{"1", `{"id":"g","suspended":1}`, client.Group{ID: "g", Suspended: true}, isSuspended},
		{"1 in quotes", `{"id":"g","suspended":"1"}`, client.Group{ID: "g", Suspended: true}, isSuspended},
		{"0", `{"id":"g","suspended":0}`, client.Group{ID: "g"}, isSuspended},
		{"0 in quotes", `{"id":"g","suspended":"0"}`, client.Group{ID: "g"}, isSuspended},
		{"numbers as IDs of participants", `{"id":"g","participants":[{"wa_id":15550100001},{"user_id":7},null]}`,
			client.Group{ID: "g", Participants: []client.Participant{{WaID: "15550100001"}, {UserID: "7"}, {}}},
			[]client.Field{client.FieldID, client.FieldParticipants}},
		{"what says that there is no error", `{"id":"g","error":{ },"errors":[ ],"error_code":0,"error_msg":""}`,
			client.Group{ID: "g"}, only},
		{"a count that only just is an int", `{"id":"g","total_participant_count":` + strconv.Itoa(math.MaxInt) + `}`,
			client.Group{ID: "g", TotalParticipantCount: math.MaxInt},
			[]client.Field{client.FieldID, client.FieldTotalParticipantCount}},
		{"64 KiB", `{"id":"g","x":"\":\" :"` + strings.Repeat(" ", 64<<10) + "}", client.Group{ID: "g"}, only},
		{"space around it", " \r\n\t{\"id\":\"g\"} \n", client.Group{ID: "g"}, only},
		{"a byte order mark", "\ufeff{\"id\":\"g\"}", client.Group{ID: "g"}, only},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := clienttest.Serve(t, clienttest.Respond(http.StatusOK, tt.body)).Client().GetGroup(t.Context(), "g")
			if err != nil {
				t.Fatal(err)
			}
			wantGroup(t, got, tt.want, tt.has)
			clienttest.Equal(t, "Raw", string(got.Raw), strings.TrimPrefix(tt.body, "\ufeff"))
		})
	}
}

func TestGroupLabels(t *testing.T) {
	for _, contentType := range []string{
		"application/json; charset=UTF-8",
		"text/javascript; charset=UTF-8", // as Graph calls it without Accept
		"text/html", ";;;", "",
	} {
		c := clienttest.Serve(t, clienttest.Respond(http.StatusOK, `{"id":"g"}`, "Content-Type", contentType)).Client()
		clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(t.Context(), "g")), nil)
	}
}

func TestGroupNotUnderstood(t *testing.T) {
	const noJSON, noID = "the response is not valid JSON", "id: missing or empty"
	const noTime = "creation_timestamp: neither Unix seconds nor an ISO 8601 date of the years 1 to 9999"
	const costly = "the response: more than 64 KiB that are not UTF-8 or have a name that is long or has escapes"
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	for _, tt := range []struct{ name, body, message string }{
		{"nothing", "", noJSON + ": it is empty"},
		{"space", " \n", noJSON + ": it is empty"},
		{"a page", "<!DOCTYPE html><title>Login</title>", noJSON},
		{"null", "null", "the response: expected an object, got null"},
		{"true", "true", "the response: expected an object, got a boolean"},
		{"a number", "-7", "the response: expected an object, got a number"},
		{"a text", `"ok"`, "the response: expected an object, got a string"},
		{"an array of groups", ` [{"id":"g"}]`, "the response: expected an object, got an array"},
		{"an empty object", "{}", noID},
		{"an empty id", `{"id":""}`, noID},
		{"a null id", `{"id":null}`, noID},
		{"an empty error object", `{"error":{}}`, noID},
		{"no id", `{"subject":"Allotment"}`, noID},
		{"a number as id", `{"id":120363}`, "id: expected a string, got a number"},
		{"cut off", `{"id":"g","subject":"Allot`, noJSON},
		{"cut off at its last character", `{"id":"g"`, noJSON},
		{"a second object", `{"id":"g"}{"id":"h"}`, noJSON},
		{"a second line", "{\"id\":\"g\"}\nnull", noJSON},
		{"a second byte order mark", "\ufeff\ufeff{\"id\":\"g\"}", noJSON},
		{"20,000 arrays in each other", deep, noJSON},
		{"a deep property", `{"id":"g","x":` + deep + "}", noJSON},
		{"UTF-16", "{\x00\"\x00i\x00d\x00\"\x00", noJSON},
		{"a subject that is a number", `{"id":"g","subject":7}`, "subject: expected a string, got a number"},
		{"a description that is an object", `{"id":"g","description":{}}`, "description: expected a string, got an object"},
		{"a way to join that is a boolean", `{"id":"g","join_approval_mode":true}`,
			"join_approval_mode: expected a string, got a boolean"},
		{"participants in an object", `{"id":"g","participants":{"data":[]}}`, "participants: expected an array, got an object"},
		{"participants that are texts", `{"id":"g","participants":["15550100001"]}`, "participants: expected an array of objects"},
		{"a participant's id that is an array", `{"id":"g","participants":[{},{"wa_id":[]}]}`,
			"participants[1].wa_id: expected a string, got an array"},
		{"4,097 values in the list of participants", `{"id":"g","participants":[1` + strings.Repeat(",1", 4096) + `]}`,
			"participants: more than 4096 values or 128 KiB"},
		{"5,000 empty objects in the list of participants", `{"id":"g","participants":[{}` + strings.Repeat(",{}", 4999) + `]}`,
			"participants: more than 4096 values or 128 KiB"},
		{"a participant of 128 KiB", `{"id":"g","participants":[{"wa_id":"` + strings.Repeat("1", 128<<10) + `"}]}`,
			"participants: more than 4096 values or 128 KiB"},
		{"suspended as another number", `{"id":"g","suspended":2}`, "suspended: expected a boolean, got a number"},
		{"suspended as a word", `{"id":"g","suspended":"yes"}`, "suspended: expected a boolean, got another string"},
		{"suspended in capitals", `{"id":"g","suspended":"True"}`, "suspended: expected a boolean, got another string"},
		{"a time with a fraction", `{"id":"g","creation_timestamp":1735689600.5}`, noTime},
		{"a day", `{"id":"g","creation_timestamp":"2025-01-01"}`, noTime},
		{"a time as an empty text", `{"id":"g","creation_timestamp":""}`, noTime},
		{"a time as a boolean", `{"id":"g","creation_timestamp":true}`, "creation_timestamp: expected a number, got a boolean"},
		{"a time with a sign", `{"id":"g","creation_timestamp":"+1735689600"}`, noTime},
		{"a time in hexadecimal digits", `{"id":"g","creation_timestamp":"0x67748580"}`, noTime},
		{"a time in milliseconds of the year 57,000", `{"id":"g","creation_timestamp":1735689600000}`, noTime},
		{"one second after the year 9999", `{"id":"g","creation_timestamp":253402300800}`, noTime},
		{"one second before the year 1", `{"id":"g","creation_timestamp":-62135596801}`, noTime},
		{"a time beyond 64 bits", `{"id":"g","creation_timestamp":` + strings.Repeat("9", 30) + `}`, noTime},
		{"a count with a fraction", `{"id":"g","total_participant_count":2.5}`, "total_participant_count: not a count"},
		{"a count beyond what a float64 holds", `{"id":"g","total_participant_count":9007199254740993.0}`,
			"total_participant_count: not a count"},
		{"a negative count", `{"id":"g","total_participant_count":-1}`, "total_participant_count: not a count"},
		{"a count as a word", `{"id":"g","total_participant_count":"two"}`, "total_participant_count: not a count"},
		{"a count as an object", `{"id":"g","total_participant_count":{}}`,
			"total_participant_count: expected a number, got an object"},
		{"a count beyond 64 bits", `{"id":"g","total_participant_count":` + strings.Repeat("9", 30) + `}`,
			"total_participant_count: not a count"},
		{"64 KiB of escapes", `{"id":"g","subject":"` + strings.Repeat(`\n`, 32<<10) + `"}`, "subject: more than 32 KiB with escapes"},
		{"64 KiB that are not UTF-8", `{"id":"g","subject":"` + strings.Repeat("\xff", 64<<10) + `"}`,
			costly},
		{"64 KiB with a long name", `{"id":"g","` + strings.Repeat("x", 64<<10) + `" : 1}`, costly},
		{"64 KiB with an escape in a name", `{"id":"g","\"":1,"description":"` + strings.Repeat("x", 64<<10) + `"}`, costly},
	} {
		t.Run(tt.name, func(t *testing.T) {
			group, err := clienttest.Serve(t, clienttest.Respond(http.StatusOK, tt.body, "X-Fb-Trace-Id", "Atrace")).
				Client(clienttest.NoRetries).GetGroup(t.Context(), "g")
			if group != nil {
				t.Error("a group together with an error")
			}
			clienttest.WantClass(t, err, client.ErrMalformedResponse)
			e := clienttest.AsError(t, err)
			clienttest.Equal(t, "operation", e.Op, "GetGroup")
			clienttest.Equal(t, "status", e.StatusCode, http.StatusOK)
			clienttest.Equal(t, "content type", e.ContentType, "application/json")
			clienttest.Equal(t, "trace ID", e.TraceID, "Atrace")
			clienttest.Equal(t, "attempts", e.Attempts, 1)
			clienttest.Equal(t, "message", e.Message, tt.message)
			body := strings.TrimPrefix(tt.body, "\ufeff")
			clienttest.Equal(t, "excerpt", string(e.Body), body[:min(len(body), 4<<10)])
		})
	}
}

func TestJoinApprovalModeKnown(t *testing.T) {
	for mode, known := range map[client.JoinApprovalMode]bool{
		client.JoinApprovalRequired: true, client.JoinAutoApprove: true, "": false, "by_vote": false, "AUTO_APPROVE": false,
	} {
		clienttest.Equal(t, string(mode), mode.Known(), known)
	}
}

func TestGroupAsJSON(t *testing.T) {
	for _, tt := range []struct {
		name, in, want string // in is read first
		change         func(*client.Group)
	}{
		{"as Graph sends it", `{"total_participant_count":"2","creation_timestamp":"2025-10-31T05:02:58+0000","x":1,
			"participants":[{"wa_id":1}],"suspended":"true","join_approval_mode":"by_vote","description":"d",
			"subject":"s","id":"g"}`,
			`{"id":"g","subject":"s","description":"d","join_approval_mode":"by_vote","suspended":true,` +
				`"creation_timestamp":1761886978,"participants":[{"wa_id":"1"}],"total_participant_count":2}`, nil},
		{"zero values that came", `{"id":"","subject":"","description":"","join_approval_mode":"","suspended":0,
			"creation_timestamp":0,"participants":[],"total_participant_count":0}`,
			`{"id":"","subject":"","description":"","join_approval_mode":"","suspended":false,` +
				`"creation_timestamp":0,"participants":[],"total_participant_count":0}`, nil},
		{"nothing", `{}`, `{}`, nil},
		{"null", `null`, `{}`, nil},
		{"nulls", `{"id":null,"participants":null}`, `{}`, nil},
		{"fields that were set by hand", `{"id":"g"}`, `{"id":"g","subject":"s","suspended":true,` +
			`"creation_timestamp":-1,"participants":[],"total_participant_count":3}`, func(g *client.Group) {
			g.Subject, g.Suspended, g.CreatedAt = "s", true, time.Unix(-1, 0)
			g.Participants, g.TotalParticipantCount = []client.Participant{}, 3
		}},
		{"fields that came and were emptied", `{"id":"g","subject":"s","participants":[{}]}`,
			`{"id":"g","subject":"","participants":[]}`,
			func(g *client.Group) { g.Subject, g.Participants = "", nil }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := []byte(tt.in)
			var g client.Group
			clienttest.WantClass(t, json.Unmarshal(in, &g), nil)
			clear(in) // Raw has to be a copy
			if tt.in != "null" {
				clienttest.Equal(t, "Raw", string(g.Raw), tt.in)
			}
			if tt.change != nil {
				tt.change(&g)
			}
			got, err := json.Marshal(g)
			clienttest.WantClass(t, err, nil)
			clienttest.Equal(t, "JSON", string(got), tt.want)

			var again client.Group
			clienttest.WantClass(t, json.Unmarshal(got, &again), nil)
			clienttest.Equal(t, "Raw of what was read back", string(again.Raw), tt.want)
			twice, _ := json.Marshal(&again)
			clienttest.Equal(t, "JSON of what was read back", string(twice), tt.want)
		})
	}
}

func TestGroupFromBadJSON(t *testing.T) {
	for in, want := range map[string]string{
		`[]`:                "wagroups: reading a group: the response: expected an object, got an array",
		`{"suspended":"x"}`: "wagroups: reading a group: suspended: expected a boolean, got another string",
	} {
		err := json.Unmarshal([]byte(in), new(client.Group))
		if err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", in, err, want)
		}
	}
}
