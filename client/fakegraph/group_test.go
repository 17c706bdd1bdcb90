package fakegraph

import (
	"strings"
	"testing"
)

func TestPutGroup(t *testing.T) {
	s := newServer(t)
	g := Group{ID: testID}
	if err := s.PutGroup(g); err != nil {
		t.Fatal(err)
	}
	wantGroup(t, s, g)
	if _, ok := s.Group("elsewhere"); ok {
		t.Error("a group that was never put")
	}
}

func TestGroupIsACopy(t *testing.T) {
	g := testGroup()
	s := newServer(t, WithGroups(g))
	g.Participants[0].WaID = "1"
	wantGroup(t, s, testGroup())
	got, _ := s.Group(testID)
	got.Participants[0].WaID = "2"
	wantGroup(t, s, testGroup())
}

func TestPutInvalidGroup(t *testing.T) {
	tests := []struct {
		name, want string
		change     func(*Group)
	}{
		{"no id", "id: minimum string length is 1", func(g *Group) { g.ID = "" }},
		{"long id", "id: maximum string length is 256", func(g *Group) { g.ID = strings.Repeat("a", 257) }},
		{"id with a slash", "id: string doesn't match", func(g *Group) { g.ID = "a/b" }},
		{"long subject", "subject: maximum string length is 128",
			func(g *Group) { g.Subject = strings.Repeat("ü", 129) }},
		{"long description", "description: maximum string length is 2048",
			func(g *Group) { g.Description = strings.Repeat("ü", 2049) }},
		{"broken subject", "subject: not valid UTF-8", func(g *Group) { g.Subject = "\xff" }},
		{"mode", "join_approval_mode: value is not one of", func(g *Group) { g.JoinApprovalMode = "ask_rowan" }},
		{"time", "creation_timestamp: must not be negative", func(g *Group) { g.CreationTimestamp = -1 }},
		{"nine participants", "participants: 9 of them, but at most 8 are allowed",
			func(g *Group) { g.Participants = make([]Participant, 9) }},
		{"no ID", "participants[1]: neither wa_id nor user_id",
			func(g *Group) { g.Participants[1] = Participant{Username: "rowan"} }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			g := testGroup()
			tt.change(&g)
			err := s.PutGroup(g)
			if err == nil || !strings.HasPrefix(err.Error(), "fakegraph: invalid group: "+tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			wantGroup(t, s, testGroup())
			if _, err := New(WithGroups(g)); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New: got %v, want %s", err, tt.want)
			}
		})
	}
}
