package main

import (
	"bytes"
	"cmp"
	"context"
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
	subject = "Allotment 2026"

	get, update, setPhoto = fakegraph.GetGroup, fakegraph.UpdateGroup, fakegraph.SetGroupPhoto
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestQuickstart(t *testing.T) {
	const mayBeMade = "; a change may have been made: to run the same command again is harmless, unless somebody else has " +
		"changed the group since"
	for _, c := range []struct {
		name              string
		id, subject       string // groupID and subject when empty
		height            int    // of the photo, 640 when 0
		args              []string
		baseURL           string
		interrupted       bool
		fault             fakegraph.Fault
		sent              []string // the operations that reached the server
		out               string
		prefix, suffix    string // of the error
		renamed, photoSet bool   // the subject and the photo are the new ones
	}{
		{
			name: "all is well", sent: []string{get, setPhoto, update}, renamed: true, photoSet: true,
			out: `The subject is "Allotment Neighbours", the number of participants 1.
The new photo is accepted, request ID FA4E0000000000000000000000000001.
The new subject is accepted, request ID FA4E0000000000000000000000000002.
`,
		},
		{name: "help", args: []string{"--help"}, out: usage + "\n"},
		{name: "two arguments", args: []string{groupID, subject}, prefix: "usage: quickstart ID SUBJECT PHOTO.jpg"},
		{name: "no photo", args: []string{groupID, subject, "missing.jpg"}, prefix: "PHOTO: open missing.jpg"},
		{name: "long subject", subject: strings.Repeat("ä", 129), prefix: "SUBJECT: must have 1 to 128 characters, has 129"},
		{name: "not an ID", id: "../me", prefix: "reading: wagroups: groupID: "},
		{
			name: "base URL", baseURL: "http://192.0.2.1",
			prefix: "WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: wagroups: WithBaseURL: must use https",
		},
		// The photo is checked before anything is changed.
		{name: "wide photo", height: 480, sent: []string{get}, prefix: "setting the photo: wagroups: jpeg: must be square"},
		{
			name: "no such group", id: "bm9zdWNoZ3JvdXA", sent: []string{get},
			prefix: "reading: wagroups: GetGroup: group not found: ",
			suffix: "; check the ID, and that the business is in the group",
		},
		{
			name: "rate limited", fault: fakegraph.Fault{Status: 429, Code: 131208, RetryAfter: "90"}, sent: []string{get},
			prefix: "reading: wagroups: GetGroup: rate limited: ", suffix: "; try again in 1m30s",
		},
		{
			// The rename was carried out and only its response is missing: the program must not say that it failed.
			name: "response lost", fault: fakegraph.Fault{Op: update, DropAfter: true}, sent: []string{get, setPhoto, update},
			prefix: "renaming: wagroups: UpdateGroup: outcome unknown: ", suffix: mayBeMade, renamed: true, photoSet: true,
		},
		{
			name: "trouble", fault: fakegraph.Fault{Op: setPhoto, Status: 503}, sent: []string{get, setPhoto},
			prefix: "setting the photo: wagroups: SetGroupPhoto: unavailable: ", suffix: mayBeMade,
		},
		{
			name: "token expired", fault: fakegraph.Fault{Code: 190}, sent: []string{get},
			prefix: "reading: wagroups: GetGroup: unauthorized: ",
		},
		{name: "Ctrl-C", interrupted: true, prefix: "interrupted while reading"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fake := fakegraph.Start(t, fakegraph.WithToken(token), fakegraph.WithGroups(fakegraph.Group{
				ID: groupID, Subject: "Allotment Neighbours", Participants: []fakegraph.Participant{{WaID: "15550100001"}},
			}))
			fake.FailNext(c.fault)
			path := filepath.Join(t.TempDir(), "photo.jpg")
			photo := new(bytes.Buffer)
			size := image.Rect(0, 0, 640, cmp.Or(c.height, 640))
			err := cmp.Or(jpeg.Encode(photo, image.NewGray(size), nil), os.WriteFile(path, photo.Bytes(), 0o600))
			if err != nil {
				t.Fatal(err)
			}
			args := c.args
			if args == nil {
				args = []string{cmp.Or(c.id, groupID), cmp.Or(c.subject, subject), path}
			}
			env := map[string]string{
				"WAGROUPS_BASE_URL": cmp.Or(c.baseURL, fake.URL()), "WHATSAPP_ACCESS_TOKEN": token,
			}
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			if c.interrupted {
				interrupt()
			}
			var out strings.Builder
			err = run(ctx, args, func(name string) string { return env[name] }, &out)

			text := ""
			if err != nil {
				text = err.Error()
			}
			if (c.prefix == "") != (err == nil) || !strings.HasPrefix(text, c.prefix) || !strings.HasSuffix(text, c.suffix) {
				t.Errorf("got %v\nwant %s…%s", err, c.prefix, c.suffix)
			}
			if strings.Contains(text+out.String(), groupID) || strings.Contains(text+out.String(), token) {
				t.Errorf("the token or the ID is in\n%s\n%s", text, &out)
			}
			if c.out != "" && out.String() != c.out {
				t.Errorf("printed\n%s\nwant\n%s", &out, c.out)
			}
			var sent []string
			for _, r := range fake.Requests() {
				sent = append(sent, r.Op)
			}
			if !slices.Equal(sent, c.sent) {
				t.Errorf("the server got %v, want %v", sent, c.sent)
			}
			group, _ := fake.Group(groupID)
			now, _ := fake.Photo(groupID)
			if (group.Subject == subject) != c.renamed || bytes.Equal(now, photo.Bytes()) != c.photoSet {
				t.Errorf("afterwards the subject is %q, the photo has %d bytes", group.Subject, len(now))
			}
		})
	}
}
