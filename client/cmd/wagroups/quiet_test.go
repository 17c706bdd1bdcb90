package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func TestQuiet(t *testing.T) {
	fake, w := startFake(t)
	w.isTerminal = true // where there would be a bar
	photo := writeFile(t, "photo.jpg", jpegOf(t, 200, 200))
	w.expect(t, "Group    "+testID+"\nSubject  Allotment Neighbours\n", "get", "-q", testID, "--fields", "subject")
	w.expect(t, "", "update", "-q", testID, "--subject", "x")
	w.expect(t, "", "photo", "--quiet", testID, photo)
	w.expect(t, "{\n  \"accepted\": true,\n  \"request_id\": \"FA4E0000000000000000000000000003\",\n  \"repeated\": false\n}\n",
		"photo", "--quiet", testID, photo, "--output", "json")
	w.expect(t, "", "delete", "-qy", testID)
	if _, exists := fake.Group(testID); exists {
		t.Error("the group still exists")
	}
	code, out, errOut := w.run(t, "get", "-q", testID)
	if code != exitNotFound || out != "" || !strings.HasPrefix(errOut, "wagroups: GetGroup: group not found: ") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, out, errOut)
	}
}

// The log has a line for each attempt and nothing that run would find there.
func TestVerbose(t *testing.T) {
	fake, w := startFake(t)
	w.isTerminal = true // where there would be a bar
	line := func(level, operation, method, status, attempt string) string {
		return `time=\S+ level=` + level + ` msg="whatsapp group request" operation=` + operation + ` method=` + method +
			` status=` + status + ` duration=\S+ attempt=` + attempt + ` trace_id=Fake\d{8}` + "\n"
	}
	for _, c := range []struct {
		fault fakegraph.Fault
		args  []string
		want  string
	}{
		{fakegraph.Fault{}, []string{"get", testID}, line("INFO", "GetGroup", "GET", "200", "1")},
		{
			fakegraph.Fault{CutAfter: 3}, []string{"get", "-v", testID},
			line("WARN", "GetGroup", "GET", "200", "1") + line("INFO", "GetGroup", "GET", "200", "2"),
		},
		{
			fakegraph.Fault{Code: 10}, []string{"photo", testID, writeFile(t, "photo.jpg", jpegOf(t, 200, 200))},
			line("WARN", "SetGroupPhoto", "POST", "400", "1") + "wagroups: SetGroupPhoto: forbidden: .*\n",
		},
		{
			fakegraph.Fault{}, []string{"get", testID, testID, testID},
			strings.Repeat(line("INFO", "GetGroup", "GET", "200", "1"), 3),
		},
	} {
		fake.FailNext(c.fault)
		_, _, errOut := w.run(t, append(c.args, "--verbose")...)
		if !regexp.MustCompile("^" + c.want + "$").MatchString(errOut) {
			t.Errorf("%v: stderr\n%s\nwant\n%s", c.args, errOut, c.want)
		}
	}
}
