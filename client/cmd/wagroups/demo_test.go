package main

import (
	"bytes"
	"context"
	"image/jpeg"
	"io"
	"regexp"
	"strings"
	"testing"
)

func TestDemo(t *testing.T) {
	id := sampleGroup().ID
	for _, c := range []struct {
		args  []string
		parts []string // in this order
	}{
		{[]string{"demo"}, []string{
			"$ export WAGROUPS_BASE_URL=http://127.0.0.1:", " WHATSAPP_ACCESS_TOKEN=demo-token\n",
			"\n# Read a group.\n$ wagroups get " + id + "\nGroup         " + id + "\nSubject       Allotment Neighbours\n",
			"\n$ wagroups update " + id + " --subject 'Allotment Neighbours, plots 1-20'" +
				" --description 'The shed has a new lock: ask for the code.'\n" +
				"Accepted. WhatsApp applies the change later; request id FA4E0000000000000000000000000001.\n",
			"\n$ wagroups photo " + id + " ", "photo.jpg", "\n" +
				"Accepted. WhatsApp applies the change later; request id FA4E0000000000000000000000000002.\n",
			"\n$ wagroups get " + id + " --fields subject,description\nGroup        " + id + "\n" +
				"Subject      Allotment Neighbours, plots 1-20\nDescription  The shed has a new lock: ask for the code.\n",
			"\n$ wagroups delete " + id + " --yes\nAccepted. WhatsApp deletes the group later.\n",
			"\n$ wagroups get " + id + "\nwagroups: GetGroup: group not found: ", "\n# exit code 3\n",
			"\n# That was all: every step did what it should.\n",
		}},
		{[]string{"demo", "--output", "json"}, []string{
			"$ wagroups get " + id + " --output json\n{\n  \"id\": ", "$ wagroups update ", "{\n  \"accepted\": true,\n",
			"# exit code 3\n", "# That was all",
		}},
	} {
		// A token and a server of the user's own must not come into it.
		w := world{env: map[string]string{envToken: testToken, envBaseURL: "https://graph.invalid"}}
		code, out, errOut := w.run(t, c.args...)
		if code != exitOK || errOut != "" {
			t.Errorf("%v: exit code %d, stderr %q", c.args, code, errOut)
		}
		rest := out
		for _, part := range c.parts {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Fatalf("%v did not print, or not in order, %q:\n%s", c.args, part, out)
			}
			rest = after
		}
	}
}

// A narrow terminal, where texts are wrapped, does not make a step look as if it had gone wrong.
func TestDemoOnTerminal(t *testing.T) {
	w := world{isTerminal: true, width: 20}
	code, out, errOut := w.run(t, "demo")
	if code != exitOK || errOut != "" || !strings.Contains(out, bold("Subject")+"       Allotment\n              Neighbours\n") {
		t.Errorf("exit code %d, stderr %q, stdout\n%s", code, errOut, out)
	}
	for _, name := range []string{envNoColor, envTerm} {
		w.env = map[string]string{name: "dumb"}
		if _, out, _ := w.run(t, "demo"); strings.Contains(out, "\x1b") {
			t.Errorf("with %s it shows\n%q", name, out)
		}
	}
}

// A step that goes otherwise than it should ends the demo.
func TestDemoStepFails(t *testing.T) {
	fake, _ := startFake(t)
	if err := fake.PutGroup(sampleGroup()); err != nil {
		t.Fatal(err)
	}
	yes, no := func() bool { return true }, func() bool { return false }
	for _, c := range []struct {
		s    step
		want string
	}{
		{step{args: []string{"version"}, code: exitNotFound, done: yes}, "version ended with exit code 0, not 3"},
		{step{args: []string{"version"}, shows: "another", done: yes}, `version did not show "another"`},
		{step{args: []string{"version"}, done: no}, "version did not have its effect on the server"},
		{step{args: []string{"get", testID}, done: yes}, "get ended with exit code 4, not 0"}, // demoToken is another
	} {
		a := &app{
			output: formatTable, getenv: func(string) string { return "" },
			streams: streams{Out: io.Discard, IsTerminal: isTerminal},
		}
		err := a.step(t.Context(), fake.URL(), c.s)
		if err == nil || err.Error() != "the demo went wrong: "+c.want {
			t.Errorf("%+v: %v", c.s.args, err)
		}
	}
}

func TestDemoInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := world{ctx: ctx}
	code, _, errOut := w.run(t, "demo")
	if code != exitOther || errOut != "wagroups: interrupted; nothing was changed\n" {
		t.Errorf("exit code %d, stderr %q", code, errOut)
	}
}

func TestSamplePhoto(t *testing.T) {
	photo, err := samplePhoto(640)
	if err != nil {
		t.Fatal(err)
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(photo))
	if err != nil || size.Width != 640 || size.Height != 640 {
		t.Errorf("it is %d by %d, %v", size.Width, size.Height, err)
	}
	// The shape that the documentation shows: letters and digits, with the padding of the encoding in them.
	if id := sampleGroup().ID; !regexp.MustCompile(`^Y2FwaV9ncm91cD[A-Za-z0-9]{40,}ZD$`).MatchString(id) {
		t.Errorf("the sample id is %s", id)
	}
}

func TestQuoted(t *testing.T) {
	args := []string{"update", "Zx", "--subject", "it's $5", "--description", ""}
	if got, want := quoted(args), `update Zx --subject 'it'\''s $5' --description ''`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
