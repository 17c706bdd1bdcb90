package fakegraph

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
)

func TestSeed(t *testing.T) {
	second := Group{
		ID: "second", Suspended: true, Participants: []Participant{{UserID: "US.1", ParentUserID: "US.ENT.1"}},
	}
	text, err := json.Marshal(map[string][]Group{"groups": {testGroup(), second}})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "seed.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, opt := range []Option{WithSeed(strings.NewReader(string(text)), "seed.json"), WithSeedFile(path)} {
		s, err := New(opt)
		if err != nil {
			t.Fatal(err)
		}
		wantGroup(t, s, testGroup())
		wantGroup(t, s, second)
	}
	for _, empty := range []string{`{}`, `{"groups":[]}`} {
		if _, err := New(WithSeed(strings.NewReader(empty), "seed.json")); err != nil {
			t.Errorf("%s: %v", empty, err)
		}
	}
}

func TestBrokenSeed(t *testing.T) {
	tests := []struct{ name, seed, want string }{
		{"empty", ``, "seed.json:1:1: unexpected end of JSON input"},
		{"syntax", "{\n \"groups\": [\n  {\"id\": x}]}", "seed.json:3:10: invalid character 'x'"},
		{"cut off", "{\n \"groups\": [", "seed.json:2:12: unexpected end of JSON input"},
		{"more", "{}\n{}", "seed.json:2:1: invalid character '{' after top-level value"},
		{"not UTF-8", "{\"groups\": [{\"id\": \"a\", \"subject\": \"\xff\"}]}", "seed.json:1:1: the file is not valid UTF-8"},
		{"array", `[]`, "seed.json:1:1: the seed must be an object"},
		{"unknown key", "{\n\t\"group\": []}", `seed.json:2:2: unknown key "group" in the seed`},
		{"unknown key of a group", "{\"groups\": [\n  {\"id\": \"a\",\n   \"name\": \"b\"}]}",
			`seed.json:3:4: unknown key "name" in a group`},
		{"derived key", `{"groups": [{"id": "a", "total_participant_count": 2}]}`,
			`seed.json:1:25: unknown key "total_participant_count" in a group`},
		{"unknown key of a participant", `{"groups": [{"id": "a", "participants": [{"phone": "1"}]}]}`,
			`seed.json:1:43: unknown key "phone" in a participant`},
		{"case", `{"groups": [{"ID": "a"}]}`, `seed.json:1:14: unknown key "ID" in a group`},
		{"twice", `{"groups": [{"id": "ü", "id": "b"}]}`, `seed.json:1:25: key "id" stands twice`},
		{"groups no array", `{"groups": {}}`, "seed.json:1:12: groups must be an array"},
		{"group no object", "{\"groups\": [\n 7]}", "seed.json:2:2: a group must be an object"},
		{"participant no object", `{"groups": [{"participants": ["1"]}]}`,
			"seed.json:1:31: a participant must be an object"},
		{"number for text", `{"groups": [{"id": 7}]}`, "seed.json:1:20: id: number instead of string"},
		{"text for number", `{"groups": [{"creation_timestamp": "7"}]}`,
			"seed.json:1:36: creation_timestamp: string instead of int64"},
		{"fraction", `{"groups": [{"creation_timestamp": 7.5}]}`,
			"seed.json:1:36: creation_timestamp: number 7.5 instead of int64"},
		{"object for text", `{"groups": [{"subject": {"a": 1}}]}`, "seed.json:1:25: subject: object instead of string"},
		{"null", `{"groups": [{"subject": null}]}`, "seed.json:1:25: subject: null is no value"},
		{"invalid group", "{\"groups\": [{\"id\": \"a\"},\n{\"id\": \"b c\"}]}",
			"seed.json:2:1: invalid group: id: string doesn't match the regular expression"},
		{"no id", `{"groups": [{"subject": "a"}]}`, "seed.json:1:13: invalid group: id: minimum string length is 1"},
		{"same id", "{\"groups\": [{\"id\": \"a\"},\n {\"id\": \"a\"}]}", "seed.json:2:2: an earlier group has the same id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := New(WithSeed(strings.NewReader(tt.seed), "seed.json"))
			if err == nil || !strings.HasPrefix(err.Error(), "fakegraph: "+tt.want) {
				t.Errorf("got  %v\nwant %s", err, tt.want)
			}
		})
	}
}

func TestUnreadableSeed(t *testing.T) {
	if _, err := New(WithSeedFile(filepath.Join(t.TempDir(), "none.json"))); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	broken := errors.New("broken disk")
	if _, err := New(WithSeed(iotest.ErrReader(broken), "x")); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func FuzzSeed(f *testing.F) {
	f.Add(`{"groups": [{"id": "a", "participants": [{"wa_id": "1"}], "suspended": true}]}`)
	f.Add(`{"groups": [{"creation_timestamp": 1e3}]}`)
	f.Fuzz(func(t *testing.T, seed string) {
		s, err := New(WithSeed(strings.NewReader(seed), "seed.json"))
		if (s == nil) == (err == nil) {
			t.Errorf("server %v, error %v", s, err)
		}
		if err != nil && !strings.HasPrefix(err.Error(), "fakegraph: seed.json:") {
			t.Errorf("an error without a position: %v", err)
		}
	})
}
