package main

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// No test may leave a goroutine behind, and with it a connection.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func environment(baseURL string) func(string) string {
	variables := map[string]string{"WAGROUPS_BASE_URL": baseURL, "WHATSAPP_ACCESS_TOKEN": token}
	return func(name string) string { return variables[name] }
}

func TestRun(t *testing.T) {
	fake := startFake(t)
	fake.FailNext(fakegraph.Fault{Status: 503})
	var stdout, stderr bytes.Buffer
	if err := run(t.Context(), []string{groupID}, environment(fake.URL()), &stdout, &stderr); err != nil {
		t.Fatal(err)
	}
	if got := stdout.String(); got != `"Allotment Neighbours"`+"\n" {
		t.Errorf("standard output %q", got)
	}
	var names []string
	for decoder := json.NewDecoder(bytes.NewReader(stderr.Bytes())); decoder.More(); {
		var span struct{ Name string }
		if err := decoder.Decode(&span); err != nil {
			t.Fatal(err)
		}
		names = append(names, span.Name)
	}
	if want := []string{"GetGroup attempt", "GetGroup attempt", "GetGroup"}; !slices.Equal(names, want) {
		t.Errorf("spans %q, want %q", names, want)
	}
	wantNoLeak(t, stderr.String())
}

func TestRunFails(t *testing.T) {
	fake := startFake(t)
	for _, tt := range []struct {
		name   string
		args   []string
		getenv func(string) string
		want   string
	}{
		{"no group", nil, environment(fake.URL()), "GROUP_ID"},
		{"two groups", []string{groupID, groupID}, environment(fake.URL()), "GROUP_ID"},
		{"an impossible group", []string{groupID + "/"}, environment(fake.URL()), "groupID"},
		{"an unknown group", []string{groupID + "0"}, environment(fake.URL()), "not found"},
		{"no token", []string{groupID}, func(string) string { return "" }, "WHATSAPP_ACCESS_TOKEN"},
		{"a bad address", []string{groupID}, environment("ftp://127.0.0.1"), "WAGROUPS_BASE_URL"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			err := run(t.Context(), tt.args, tt.getenv, &stdout, &stderr)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one about %s", err, tt.want)
			}
			if stdout.Len() > 0 {
				t.Errorf("standard output %q", stdout.String())
			}
			wantNoLeak(t, stderr.String()+err.Error())
		})
	}
}

func wantNoLeak(t *testing.T, text string) {
	t.Helper()
	for _, name := range leaksIn(text, map[string]string{groupID: "the group id", token: "the token"}) {
		t.Errorf("leak of %s", name)
	}
}
