package main

import (
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

func TestUpdate(t *testing.T) {
	fake, w := startFake(t)
	w.expect(t, "Accepted. WhatsApp applies the change later; request id FA4E0000000000000000000000000001.\n",
		"update", testID, "--subject", "New name")
	if g, _ := fake.Group(testID); g.Subject != "New name" || g.Description != testGroup().Description {
		t.Errorf("after the first update: %+v", g)
	}
	w.expect(t, "{\n  \"accepted\": true,\n  \"request_id\": \"FA4E0000000000000000000000000002\",\n  \"repeated\": false\n}\n",
		"update", testID, "--description", "", "--output", "json")
	if g, _ := fake.Group(testID); g.Subject != "New name" || g.Description != "" {
		t.Errorf("after the second update: %+v", g)
	}
	if ua := fake.Requests()[0].Header.Get("User-Agent"); !strings.HasSuffix(ua, " wagroups/"+client.Version) {
		t.Errorf("the User-Agent is %q", ua)
	}
}

func TestUpdateWrong(t *testing.T) {
	fake, w := startFake(t)
	code, out, errOut := w.run(t, "update", testID)
	if code != exitUsage || out != "" || !strings.HasPrefix(errOut,
		"wagroups: nothing to change: give --subject, --description or both\n\nUsage:\n  wagroups update ID ") {
		t.Errorf("exit code %d, stdout %q, stderr\n%s", code, out, errOut)
	}
	w.expectFailure(t, exitUsage, "wagroups: --subject: must have 1 to 128 characters, has 0",
		"update", testID, "--subject", "")
	w.expectFailure(t, exitUsage, "wagroups: --subject: must have 1 to 128 characters, has 129",
		"update", testID, "--subject", strings.Repeat("ä", 129))
	w.expectFailure(t, exitUsage, "wagroups: --description: must have 0 to 2048 characters, has 2049",
		"update", testID, "--description", strings.Repeat("x", 2049))
	w.expectFailure(t, exitUsage, "wagroups: ID: may contain letters, digits, _, = and - only; character 3 is '/'",
		"update", "Y2/"+testID, "--subject", "x")
	if n := len(fake.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
