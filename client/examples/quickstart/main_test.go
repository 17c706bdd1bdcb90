package main

import (
	"bytes"
	"cmp"
	"image"
	"image/jpeg"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	groupID = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
	token   = "EAAplantedTokenOfTheTests"
)

// No test may leave a goroutine behind, and with it a connection.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func startFake(t *testing.T) *fakegraph.Server {
	t.Helper()
	return fakegraph.Start(t, fakegraph.WithToken(token), fakegraph.WithGroups(fakegraph.Group{
		ID: groupID, Subject: "Allotment Neighbours", Participants: []fakegraph.Participant{{WaID: "15550100001"}},
	}))
}

// start runs the program against a server and returns what it printed.
func start(t *testing.T, baseURL string, args ...string) (string, error) {
	t.Helper()
	env := map[string]string{"WAGROUPS_BASE_URL": baseURL, "WHATSAPP_ACCESS_TOKEN": token}
	var out strings.Builder
	err := run(t.Context(), args, func(name string) string { return env[name] }, &out)
	if err != nil && (strings.Contains(err.Error(), groupID) || strings.Contains(err.Error(), token)) {
		t.Errorf("the error holds the token or the id: %v", err)
	}
	return out.String(), err
}

// picture writes a JPEG of that size to a file.
func picture(t *testing.T, width, height int) (path string, content []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path, b.Bytes()
}

// wantRequests compares the operations that reached the server.
func wantRequests(t *testing.T, fake *fakegraph.Server, want ...string) {
	t.Helper()
	var got []string
	for _, r := range fake.Requests() {
		got = append(got, r.Op)
	}
	if !slices.Equal(got, want) {
		t.Errorf("the server got %v, want %v", got, want)
	}
}

func TestQuickstart(t *testing.T) {
	fake := startFake(t)
	path, content := picture(t, 640, 640)
	out, err := start(t, fake.URL(), groupID, "Allotment 2026", path)
	if err != nil {
		t.Fatal(err)
	}
	const want = `The subject is "Allotment Neighbours", the number of participants 1.
The new subject is accepted, request id FA4E0000000000000000000000000001.
The new photo is accepted, request id FA4E0000000000000000000000000002.
`
	if out != want {
		t.Errorf("printed\n%s\nwant\n%s", out, want)
	}
	if g, _ := fake.Group(groupID); g.Subject != "Allotment 2026" {
		t.Errorf("the subject is %q", g.Subject)
	}
	if photo, _ := fake.Photo(groupID); !bytes.Equal(photo, content) {
		t.Error("the photo is another one")
	}
	wantRequests(t, fake, fakegraph.GetGroup, fakegraph.UpdateGroup, fakegraph.SetGroupPhoto)
}

func TestQuickstartFailures(t *testing.T) {
	const get, update = fakegraph.GetGroup, fakegraph.UpdateGroup
	for _, c := range []struct {
		name   string
		id     string // groupID when empty
		fault  fakegraph.Fault
		sent   []string // the operations that reached the server
		prefix string   // of the error
		suffix string
	}{
		{
			name: "no such group", id: "bm9zdWNoZ3JvdXA", sent: []string{get},
			prefix: "reading: wagroups: GetGroup: group not found: ",
			suffix: "; check the id, and that the business is in the group",
		},
		{
			name: "rate limited", fault: fakegraph.Fault{Status: 429, Code: 131208, RetryAfter: "90"}, sent: []string{get},
			prefix: "reading: wagroups: GetGroup: rate limited: ",
			suffix: "; try again in 1m30s",
		},
		{
			// The rename was carried out and only its answer is missing: the program must not say that it failed.
			name: "answer lost", fault: fakegraph.Fault{Op: update, DropAfter: true}, sent: []string{get, update},
			prefix: "renaming: wagroups: UpdateGroup: outcome unknown: ",
			suffix: "; the change may or may not have been made, so read the group before you repeat it",
		},
		{
			name: "trouble", fault: fakegraph.Fault{Op: update, Status: 503}, sent: []string{get, update},
			prefix: "renaming: wagroups: UpdateGroup: unavailable: ",
			suffix: "; try again later; before you repeat a change read the group, as it may have been made",
		},
		{
			name: "trouble while reading", fault: fakegraph.Fault{Status: 503, Times: 3}, sent: []string{get, get, get},
			prefix: "reading: wagroups: GetGroup: unavailable: ",
			suffix: "; try again later; before you repeat a change read the group, as it may have been made",
		},
		{
			name: "token expired", fault: fakegraph.Fault{Code: 190}, sent: []string{get},
			prefix: "reading: wagroups: GetGroup: unauthorized: ",
			suffix: ")",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := startFake(t)
			fake.FailNext(c.fault)
			path, _ := picture(t, 640, 640)
			_, err := start(t, fake.URL(), cmp.Or(c.id, groupID), "Allotment 2026", path)
			if err == nil || !strings.HasPrefix(err.Error(), c.prefix) || !strings.HasSuffix(err.Error(), c.suffix) {
				t.Errorf("got %v\nwant %s…%s", err, c.prefix, c.suffix)
			}
			wantRequests(t, fake, c.sent...)
		})
	}
}

// The client looks at the photo before it sends it: there is no upload that the server could refuse.
func TestQuickstartWrongPhoto(t *testing.T) {
	fake := startFake(t)
	path, _ := picture(t, 640, 480)
	out, err := start(t, fake.URL(), groupID, "Allotment 2026", path)
	if err == nil || err.Error() != "setting the photo: wagroups: jpeg: must be square, is 640 by 480 pixels" {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(out, "The new subject is accepted") || strings.Contains(out, "photo") {
		t.Errorf("printed %q", out)
	}
	wantRequests(t, fake, fakegraph.GetGroup, fakegraph.UpdateGroup)
}

func TestQuickstartArguments(t *testing.T) {
	fake := startFake(t)
	path, _ := picture(t, 640, 640)
	for _, c := range []struct {
		baseURL string
		args    []string
		want    string
	}{
		{fake.URL(), []string{groupID, "Allotment 2026"}, "three arguments are needed: ID SUBJECT PHOTO.jpg"},
		{fake.URL(), []string{groupID, "Allotment 2026", path + "x"}, "PHOTO: open "},
		{fake.URL(), []string{"../me", "Allotment 2026", path}, "reading: wagroups: groupID: may contain letters"},
		{"http://192.0.2.1", []string{groupID, "Allotment 2026", path}, "WAGROUPS_BASE_URL: wagroups: WithBaseURL: must use https"},
	} {
		if _, err := start(t, c.baseURL, c.args...); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %s", c.args, err, c.want)
		}
	}
	wantRequests(t, fake)
}
