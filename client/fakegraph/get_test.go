package fakegraph

import (
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/gen"
)

func TestGetFields(t *testing.T) {
	const head = `{"id":"` + testID + `","messaging_product":"whatsapp"`
	tests := []struct {
		name, query, want string
		group             func(*Group)
	}{
		{"none", "", head + `}`, nil},
		{"one", "?fields=subject", head + `,"subject":"Allotment Neighbours"}`, nil},
		{"in the order asked for", "?fields=suspended,subject",
			head + `,"suspended":false,"subject":"Allotment Neighbours"}`, nil},
		{"twice", "?fields=suspended,suspended", head + `,"suspended":false}`, nil},
		{"those that come anyway", "?fields=messaging_product,id", head + `}`, nil},
		{"numbers", "?fields=creation_timestamp,total_participant_count",
			head + `,"creation_timestamp":1735689600,"total_participant_count":2}`, nil},
		{"participants", "?fields=participants,join_approval_mode",
			head + `,"participants":[{"wa_id":"15550100001"},{"username":"rowan","wa_id":"15550100002"}],` +
				`"join_approval_mode":"approval_required"}`, nil},
		{"description not set", "?fields=description", head + `}`, func(g *Group) { g.Description = "" }},
		{"nobody there", "?fields=participants,total_participant_count",
			head + `,"participants":[],"total_participant_count":0}`, func(g *Group) { g.Participants = nil }},
		{"suspended", "?fields=suspended", head + `,"suspended":true}`, func(g *Group) { g.Suspended = true }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			if tt.group != nil {
				g := testGroup()
				tt.group(&g)
				if err := s.PutGroup(g); err != nil {
					t.Fatal(err)
				}
			}
			wantBody(t, send(t, s, call{path: testPath + tt.query}), 200, tt.want)
		})
	}
}

// Every field of the contract is served, so a new one cannot be forgotten.
func TestGetEveryFieldOfTheContract(t *testing.T) {
	c, err := loadedContract()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range c.named(GetGroupInfo).route.Operation.Parameters.GetByInAndName("query", "fields").
		Schema.Value.Items.Value.Enum {
		if _, ok := testGroup().value(gen.Field(name.(string))); name != "suspended" && !ok {
			t.Errorf("no value for field %s", name)
		}
	}
}

func TestGetQuoted(t *testing.T) {
	s := newServer(t, WithQuotedScalars())
	wantBody(t, send(t, s, call{path: testPath + "?fields=suspended,creation_timestamp,total_participant_count"}), 200,
		`{"id":"`+testID+`","messaging_product":"whatsapp",`+
			`"suspended":"false","creation_timestamp":"1735689600","total_participant_count":"2"}`)
}

func TestGetErrors(t *testing.T) {
	tests := []struct{ name, path, code, text string }{
		{"unknown group", "/v23.0/elsewhere", "131041", "not a member"},
		{"unknown field", testPath + "?fields=subject,colour", "100",
			"(#100) Tried accessing nonexisting field (colour) on node type (WhatsAppGroup)"},
		{"field with a space", testPath + "?fields=subject,%20id", "100", "nonexisting field ( id)"},
		{"empty field", testPath + "?fields=subject,", "100", "nonexisting field ()"},
		{"no field", testPath + "?fields=", "100", "fields: empty value"},
		{"broken query", testPath + "?fields=%zz", "100", "query: not well-formed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			wantError(t, send(t, newServer(t), call{path: tt.path}), 400, tt.code, tt.text)
		})
	}
}

// The sample of the reference page sends {} with the GET.
func TestGetIgnoresBody(t *testing.T) {
	s := newServer(t)
	for _, body := range []string{"{}", `{"subject":"x"}`, strings.Repeat("x", maxBody)} {
		a := send(t, s, call{body: body, contentType: "application/json"})
		wantBody(t, a, 200, `{"id":"`+testID+`","messaging_product":"whatsapp"}`)
	}
	wantGroup(t, s, testGroup())
}
