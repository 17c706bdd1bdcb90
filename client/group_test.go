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

// wantGroup compares what callers see of a group, but for Raw.
func wantGroup(tb testing.TB, got *client.Group, want client.Group, has []client.Field) {
	tb.Helper()
	shown := *got
	shown.Raw = nil
	gotJSON, _ := json.Marshal(shown)
	wantJSON, _ := json.Marshal(want)
	clienttest.Equal(tb, "group", string(gotJSON), string(wantJSON))
	clienttest.Equal(tb, "zone of CreatedAt", got.CreatedAt.Location(), time.UTC)
	for _, f := range allFields {
		clienttest.Equal(tb, "Has "+string(f), got.Has(f), slices.Contains(has, f))
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
	for _, tt := range []struct{ name, contentType string }{
		{"JSON", "application/json; charset=UTF-8"},
		{"the script that Graph calls it without Accept", "text/javascript; charset=UTF-8"},
		{"a page", "text/html"},
		{"nonsense", ";;;"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := clienttest.Serve(t, clienttest.Respond(http.StatusOK, `{"id":"g"}`, "Content-Type", tt.contentType)).Client()
			clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(t.Context(), "g")), nil)
		})
	}
	t.Run("nothing", func(t *testing.T) {
		c := clienttest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Content-Type"] = nil
			_, _ = w.Write([]byte(`{"id":"g"}`))
		}).Client()
		clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(t.Context(), "g")), nil)
	})
}

func TestGroupNotUnderstood(t *testing.T) {
	for _, tt := range []struct{ name, body string }{
		{"nothing", ""},
		{"space", " \n"},
		{"a page", "<!DOCTYPE html><title>Login</title>"},
		{"null", "null"},
		{"true", "true"},
		{"a number", "7"},
		{"a text", `"ok"`},
		{"an array", "[]"},
		{"an array of groups", `[{"id":"g"}]`},
		{"an empty object", "{}"},
		{"an empty id", `{"id":""}`},
		{"a null id", `{"id":null}`},
		{"a number as id", `{"id":120363}`},
		{"no id", `{"subject":"Allotment"}`},
		{"cut off", `{"id":"g","subject":"Allot`},
		{"cut off at its last character", `{"id":"g"`},
		{"a second object", `{"id":"g"}{"id":"h"}`},
		{"a second line", "{\"id\":\"g\"}\nnull"},
		{"a second byte order mark", "\ufeff\ufeff{\"id\":\"g\"}"},
		{"20,000 arrays in each other", strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)},
		{"20,000 objects in each other", strings.Repeat(`{"id":`, 20_000) + `"g"` + strings.Repeat("}", 20_000)},
		{"a deep property", `{"id":"g","x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + "}"},
		{"UTF-16", "{\x00\"\x00i\x00d\x00\"\x00"},
		{"a subject that is a number", `{"id":"g","subject":7}`},
		{"a description that is an object", `{"id":"g","description":{}}`},
		{"a way to join that is a boolean", `{"id":"g","join_approval_mode":true}`},
		{"participants in an object", `{"id":"g","participants":{"data":[]}}`},
		{"participants that are texts", `{"id":"g","participants":["15550100001"]}`},
		{"suspended as a number", `{"id":"g","suspended":1}`},
		{"suspended as a word", `{"id":"g","suspended":"yes"}`},
		{"suspended in capitals", `{"id":"g","suspended":"True"}`},
		{"a time with a fraction", `{"id":"g","creation_timestamp":1735689600.5}`},
		{"a time as a power of ten", `{"id":"g","creation_timestamp":1e9}`},
		{"a time as a date", `{"id":"g","creation_timestamp":"2025-01-01"}`},
		{"a time as an empty text", `{"id":"g","creation_timestamp":""}`},
		{"a time as a boolean", `{"id":"g","creation_timestamp":true}`},
		{"a time with a sign", `{"id":"g","creation_timestamp":"+1735689600"}`},
		{"a time in milliseconds of the year 57,000", `{"id":"g","creation_timestamp":1735689600000}`},
		{"one second after the year 9999", `{"id":"g","creation_timestamp":253402300800}`},
		{"one second before the year 1", `{"id":"g","creation_timestamp":-62135596801}`},
		{"a time beyond 64 bits", `{"id":"g","creation_timestamp":` + strings.Repeat("9", 30) + `}`},
		{"a count with a fraction", `{"id":"g","total_participant_count":2.5}`},
		{"a count as a word", `{"id":"g","total_participant_count":"two"}`},
		{"a count beyond 64 bits", `{"id":"g","total_participant_count":` + strings.Repeat("9", 30) + `}`},
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
			clienttest.Equal(t, "trace id", e.TraceID, "Atrace")
			clienttest.Equal(t, "attempts", e.Attempts, 1)
			body := strings.TrimPrefix(tt.body, "\ufeff")
			clienttest.Equal(t, "excerpt", string(e.Body), body[:min(len(body), 4<<10)])
			if e.Message == "" {
				t.Error("no reason")
			}
		})
	}
}

// An answer that was refused leaves nothing behind in the group of the next one.
func TestGroupAfterOneThatWasNotUnderstood(t *testing.T) {
	s := clienttest.Serve(t, clienttest.InTurn(
		clienttest.Respond(http.StatusOK, `{"id":"other","subject":"Other","participants":[{}],"suspended":"maybe"}`),
		clienttest.Respond(http.StatusOK, `{"id":"g"}`),
	))
	got, err := s.Client(clienttest.FastRetries(2)).GetGroup(t.Context(), "g")
	if err != nil {
		t.Fatal(err)
	}
	wantGroup(t, got, client.Group{ID: "g"}, []client.Field{client.FieldID})
}

func TestGroupReportsFailure(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		class      error
	}{
		{"an error object", clienttest.GraphError(131041), client.ErrNotFound},
		{"an error object besides a group", `{"id":"g","error":{"code":190}}`, client.ErrUnauthorized},
		{"an error that is a text", `{"error":"broken"}`, client.ErrUnknown},
		{"an empty error object", `{"error":{}}`, client.ErrUnknown},
		{"a list of errors", `{"errors":[{"code":4},{"code":190}]}`, client.ErrRateLimited},
		{"errors as an object", `{"errors":{"code":3}}`, client.ErrForbidden},
		{"success false", `{"id":"g","success":false}`, client.ErrUnknown},
		{"success false in quotes", `{"success":"false"}`, client.ErrUnknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, status := range []int{http.StatusOK, http.StatusPartialContent} {
				_, err := clienttest.Serve(t, clienttest.Respond(status, tt.body)).Client(clienttest.NoRetries).
					GetGroup(t.Context(), "g")
				clienttest.WantClass(t, err, tt.class)
				clienttest.Equal(t, "status", clienttest.AsError(t, err).StatusCode, status)
			}
		})
	}
}

func TestHasOfOtherFields(t *testing.T) {
	got, err := clienttest.Serve(t, clienttest.Respond(http.StatusOK, `{"id":"g","messaging_product":"whatsapp","x":1}`)).
		Client().GetGroup(t.Context(), "g")
	clienttest.WantClass(t, err, nil)
	for _, f := range []client.Field{"", "x", "messaging_product", "ID"} {
		clienttest.Equal(t, "Has "+strconv.Quote(string(f)), got.Has(f), false)
	}
	for _, f := range allFields {
		clienttest.Equal(t, "Has of a group that was made by hand", (&client.Group{ID: "g"}).Has(f), false)
	}
}

func TestJoinApprovalModeKnown(t *testing.T) {
	for mode, known := range map[client.JoinApprovalMode]bool{
		client.JoinApprovalRequired: true, client.JoinAutoApprove: true, "": false, "by_vote": false, "AUTO_APPROVE": false,
	} {
		clienttest.Equal(t, string(mode), mode.Known(), known)
	}
}

func TestCountIsAnInt(t *testing.T) {
	got, err := clienttest.Serve(t, clienttest.Respond(http.StatusOK, `{"id":"g","total_participant_count":`+strconv.Itoa(math.MaxInt)+`}`)).
		Client().GetGroup(t.Context(), "g")
	clienttest.WantClass(t, err, nil)
	clienttest.Equal(t, "count", got.TotalParticipantCount, math.MaxInt)
}
