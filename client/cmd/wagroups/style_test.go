package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// Colour and bold need a terminal that may have them, and each stream is judged by itself.
func TestNoColor(t *testing.T) {
	fake, _ := startFake(t)
	type env map[string]string
	for name, c := range map[string]struct {
		out, err  bool // is a terminal, of 24 columns
		env       env
		bold, red bool
		wraps     bool
	}{
		"terminal":       {true, true, env{}, true, true, true},
		"out is a pipe":  {false, true, env{}, false, true, false},
		"err is a file":  {true, false, env{}, true, false, true},
		"no terminal":    {false, false, env{}, false, false, false},
		"NO_COLOR":       {true, true, env{envNoColor: "1"}, false, false, true},
		"NO_COLOR=0":     {true, true, env{envNoColor: "0"}, false, false, true},
		"empty NO_COLOR": {true, true, env{envNoColor: ""}, true, true, true},
		"dumb":           {true, true, env{envTerm: "dumb"}, false, false, true},
		"another TERM":   {true, true, env{envTerm: "xterm"}, true, true, true},
		"COLUMNS":        {true, true, env{envColumns: "80"}, true, true, false},
		"COLUMNS, pipe":  {false, false, env{envColumns: "24"}, false, false, false},
		"COLUMNS wrong":  {true, true, env{envColumns: "wide"}, true, true, true},
		"COLUMNS none":   {true, true, env{envColumns: "0"}, true, true, true},
		"COLUMNS of -1":  {true, true, env{envColumns: "-1"}, true, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			fake.FailNext(fakegraph.Fault{Body: `{"id":"Zx","subject":"one two three four"}`}, fakegraph.Fault{Code: 10})
			c.env[envToken], c.env[envBaseURL] = testToken, fake.URL()
			var out, errOut bytes.Buffer
			run(t.Context(), []string{"get", "Zx", "Zx", "--concurrency", "1"}, streams{
				Out: &out, Err: &errOut,
				IsTerminal: func(stream any) bool { return stream == any(&out) && c.out || stream == any(&errOut) && c.err },
				Width:      func(any) int { return 24 },
			}, func(name string) string { return c.env[name] })

			group, subject := "Group", "Subject"
			if c.bold {
				group, subject = "\x1b[1mGroup\x1b[0m", "\x1b[1mSubject\x1b[0m"
			}
			text := "one two three four"
			if c.wraps {
				text = "one two three\n         four"
			}
			if want := fmt.Sprintf("%s    Zx\n%s  %s\n", group, subject, text); out.String() != want {
				t.Errorf("stdout %q, want %q", out.String(), want)
			}
			line := "wagroups: "
			if c.red {
				line = "\x1b[31mwagroups:\x1b[0m "
			}
			if n := strings.Count(errOut.String(), "\n"); n != 2 {
				t.Errorf("%d lines on stderr", n)
			}
			for got := range strings.Lines(errOut.String()) {
				if !strings.HasPrefix(got, line) || strings.Count(got, "\x1b") != strings.Count(line, "\x1b") {
					t.Errorf("stderr %q, want it to begin with %q", got, line)
				}
			}
		})
	}
}

// Labels stand alone in the first column of a narrow terminal, and a text from a stranger stays in its own.
func TestNarrowTerminal(t *testing.T) {
	fake, w := startFake(t)
	w.isTerminal, w.width = true, 40
	fake.FailNext(fakegraph.Fault{Body: `{"id":"` + testID + `","subject":"菜園の水やり当番と種と小屋の鍵について",` +
		`"description":"Seeds, water rota and the key to the shed.\r\nxxxxxxxxxxxxxxxxxxxxxxxxxxxx\u00a0Suspended\u00a0no\u001b[2J",` +
		`"suspended":true,"participants":[{"wa_id":"15550100001","user_id":"US.1","parent_user_id":"US.ENT.1",` +
		`"username":"rowan"},{"wa_id":"15550100002"}]}`})
	w.expect(t, strings.Join([]string{
		"Group         " + testID,
		"Subject       菜園の水やり当番と種と小屋",
		"              の鍵について",
		"Description   Seeds, water rota and the",
		"              key to the shed.",
		"              xxxxxxxxxxxxxxxxxxxxxxxxxx",
		"              xx\u00a0Suspended\u00a0no\uFFFD[2J",
		"Suspended     yes",
		"Participants  2",
		"  15550100001  @rowan  user US.1",
		"    parent user US.ENT.1",
		"  15550100002",
		"",
	}, "\n"), "get", testID)
}
