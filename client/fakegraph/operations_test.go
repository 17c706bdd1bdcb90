package fakegraph

import (
	"net/url"
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
		{"no participants", "?fields=participants,total_participant_count",
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
	for _, name := range c.named(idGet).route.Operation.Parameters.GetByInAndName("query", "fields").
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
	wantBody(t, send(t, s, call{method: "DELETE"}), 200, `{"success":"true"}`)
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

func TestUpdate(t *testing.T) {
	long := strings.Repeat("ü", 128)
	tests := []struct {
		name string
		call call
		want func(*Group)
	}{
		{"subject", call{body: `{"messaging_product":"whatsapp","subject":"Shed"}`}, func(g *Group) { g.Subject = "Shed" }},
		{"description", call{body: `{"messaging_product":"whatsapp","description":"Rota"}`},
			func(g *Group) { g.Description = "Rota" }},
		{"both", call{body: `{"messaging_product":"whatsapp","subject":"Shed","description":"Rota"}`},
			func(g *Group) { g.Subject, g.Description = "Shed", "Rota" }},
		{"clear", call{body: `{"messaging_product":"whatsapp","description":""}`}, func(g *Group) { g.Description = "" }},
		{"characters, not bytes", call{body: `{"messaging_product":"whatsapp","subject":"` + long + `"}`},
			func(g *Group) { g.Subject = long }},
		{"charset", call{body: `{"messaging_product":"whatsapp","subject":"Shed"}`,
			contentType: "Application/JSON; charset=utf-8"}, func(g *Group) { g.Subject = "Shed" }},
		{"form", call{body: url.Values{"messaging_product": {"whatsapp"}, "subject": {"A & B"}}.Encode(),
			contentType: mediaForm}, func(g *Group) { g.Subject = "A & B" }},
		{"form, clear", call{body: "messaging_product=whatsapp&description=", contentType: mediaForm},
			func(g *Group) { g.Description = "" }},
		{"nothing", call{body: `{"messaging_product":"whatsapp"}`}, func(*Group) {}},
		{"sample of the reference page", call{body: `{}`}, func(*Group) {}},
		{"the same with a newline", call{body: "{}\n"}, func(*Group) {}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			tt.call.method = "POST"
			wantBody(t, send(t, s, tt.call), 200, `{"messaging_product":"whatsapp","request_id":"FA4E0000000000000000000000000001"}`)
			want := testGroup()
			tt.want(&want)
			wantGroup(t, s, want)
		})
	}
}

func TestUpdateRequestIDs(t *testing.T) {
	s := newServer(t)
	change := call{method: "POST", body: `{"messaging_product":"whatsapp","subject":"Shed"}`}
	send(t, s, change)
	send(t, s, call{method: "POST", body: `{"messaging_product":"sms"}`}) // refused, so it takes no id
	wantBody(t, send(t, s, change), 200, `{"messaging_product":"whatsapp","request_id":"FA4E0000000000000000000000000002"}`)
}

func TestUpdateRefused(t *testing.T) {
	const ok = `"messaging_product":"whatsapp"`
	tests := []struct {
		name string
		call call
		text string
	}{
		{"no product", call{body: `{"subject":"x"}`}, `messaging_product: property "messaging_product" is missing`},
		{"other product", call{body: `{"messaging_product":"sms"}`}, "messaging_product: value is not one of the allowed"},
		{"empty subject", call{body: `{` + ok + `,"subject":""}`}, "subject: minimum string length is 1"},
		{"long subject", call{body: `{` + ok + `,"subject":"` + strings.Repeat("ü", 129) + `"}`},
			"subject: maximum string length is 128"},
		{"long description", call{body: `{` + ok + `,"description":"` + strings.Repeat("x", 2049) + `"}`},
			"description: maximum string length is 2048"},
		{"type", call{body: `{` + ok + `,"subject":7}`}, "subject: value must be a string"},
		{"null", call{body: `{` + ok + `,"subject":null}`}, "subject: "},
		{"unknown property", call{body: `{` + ok + `,"colour":"red"}`}, `body: property \"colour\" is unsupported`},
		{"local path", call{body: `{` + ok + `,"profile_picture_file":"a.jpg"}`},
			"profile_picture_file: a local path means nothing"},
		{"not an object", call{body: `[]`}, "body: value must be an object"},
		{"not JSON", call{body: `{"subject"`}, "body: not valid JSON"},
		{"two values", call{body: `{} {}`}, "body: not valid JSON"},
		{"not UTF-8", call{body: "{" + ok + ",\"subject\":\"\xff\"}"}, "body: not valid UTF-8"},
		{"no body", call{}, "body: missing"},
		{"spaces in the empty object", call{body: `{ }`}, "messaging_product"},
		{"form without product", call{body: "subject=x", contentType: mediaForm}, "messaging_product"},
		{"empty form", call{contentType: mediaForm}, "messaging_product"},
		{"form, unknown property", call{body: "messaging_product=whatsapp&colour=red", contentType: mediaForm},
			`body: property \"colour\" is unsupported`},
		{"form, twice", call{body: "messaging_product=whatsapp&subject=a&subject=b", contentType: mediaForm},
			`property \"subject\" stands more than once`},
		{"form, broken", call{body: "a=%zz", contentType: mediaForm}, "not a well-formed form"},
		{"form, not UTF-8", call{body: "messaging_product=whatsapp&subject=%ff", contentType: mediaForm}, "UTF-8"},
		{"no type", call{body: `{}`, header: map[string]string{"Content-Type": ""}},
			"Content-Type: missing, it must be one of application/json, application/x-www-form-urlencoded, multipart"},
		{"other type", call{body: `{}`, contentType: "text/plain"}, "Content-Type: text/plain is not one of"},
		{"broken type", call{body: `{}`, contentType: "a/b/c"}, "Content-Type: a/b/c is not one of"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			tt.call.method = "POST"
			a := send(t, s, tt.call)
			if !strings.Contains(a.body, tt.text) && !strings.Contains(a.graphError(t).Message, tt.text) {
				t.Errorf("%s is not in %s", tt.text, a.body)
			}
			wantError(t, a, 400, "100", "(#100) ")
			wantGroup(t, s, testGroup())
		})
	}
}

func TestUpdateState(t *testing.T) {
	s := newServer(t)
	change := call{method: "POST", body: `{"messaging_product":"whatsapp","subject":"Shed"}`}
	g := testGroup()
	g.Suspended = true
	if err := s.PutGroup(g); err != nil {
		t.Fatal(err)
	}
	wantError(t, send(t, s, change), 403, "131207", "(#131207) Group is suspended")
	wantGroup(t, s, g)
	change.path = "/v23.0/elsewhere"
	wantError(t, send(t, s, change), 400, "131041", "(#131041) Group does not exist or is not accessible")
}

func TestDelete(t *testing.T) {
	for _, tt := range []call{
		{},
		{body: "{}"}, // the sample of the reference page
		{contentType: mediaForm},
		{contentType: "multipart/form-data"},
	} {
		s := newServer(t)
		tt.method = "DELETE"
		wantBody(t, send(t, s, tt), 200, `{"success":true}`)
		if _, ok := s.Group(testID); ok {
			t.Error("the group is still there")
		}
		wantError(t, send(t, s, tt), 400, "131041", "(#131041)")
		wantError(t, send(t, s, call{}), 400, "131041", "(#131041)")
	}
}

func TestDeleteRefused(t *testing.T) {
	s := newServer(t)
	wantError(t, send(t, s, call{method: "DELETE", header: map[string]string{"Content-Type": ""}}), 400, "100",
		"Content-Type: missing")
	wantError(t, send(t, s, call{method: "DELETE", contentType: "text/html"}), 400, "100", "text/html is not one of")
	wantError(t, send(t, s, call{method: "DELETE", body: `{"id":1}`}), 400, "100", "body: a DELETE has none")
	wantGroup(t, s, testGroup())

	g := testGroup()
	g.Suspended = true
	if err := s.PutGroup(g); err != nil {
		t.Fatal(err)
	}
	wantError(t, send(t, s, call{method: "DELETE"}), 403, "131207", "suspended")
	wantBody(t, send(t, s, call{}), 200, `{"id":"`+testID+`","messaging_product":"whatsapp"}`)
}
