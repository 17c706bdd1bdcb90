package main

import (
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

func TestHelp(t *testing.T) {
	w := world{}
	_, rootHelp, _ := w.run(t)
	for _, line := range []string{
		"\n  " + envToken, "\n  " + envAppSecret, "\n  " + envBaseURL, "\n  " + envNoColor, "\n  " + envColumns,
		"\n  6  no answer",
	} {
		if !strings.Contains(rootHelp, line) {
			t.Errorf("the help lacks %q:\n%s", line, rootHelp)
		}
	}
	seen := 0
	for _, cmd := range newRoot(&app{getenv: func(string) string { return "" }}).Commands() {
		seen++
		if cmd.Long == "" || cmd.Example == "" {
			t.Errorf("%s has no long text or no example", cmd.Name())
		}
		for _, args := range [][]string{{cmd.Name(), "--help"}, {"help", cmd.Name()}} {
			code, out, errOut := w.run(t, args...)
			if code != exitOK || errOut != "" ||
				!strings.HasPrefix(out, cmd.Long[:20]) || !strings.Contains(out, "\nExamples:\n") {
				t.Errorf("%v: exit code %d, stderr %q, stdout\n%s", args, code, errOut, out)
			}
		}
		if !strings.Contains(rootHelp, "\n  "+cmd.Name()+" ") {
			t.Errorf("the help does not list %s", cmd.Name())
		}
	}
	if seen != 9 {
		t.Errorf("there are %d commands, not those of the design, help and completion", seen)
	}
}

// Nothing that was typed is repeated, because it may be a group id out of place; run looks for that.
func TestWrongCommandLine(t *testing.T) {
	fake, w := startFake(t)
	for _, c := range []struct{ line, usage, args string }{
		{"there is no such command", "wagroups [command]", testID},
		{"there is no such command", "wagroups [command]", "gett " + testID + " --yes"},
		{"there is no such command", "wagroups help [command] [flags]", "help " + testID},
		{"name a shell: bash, fish, powershell or zsh", "wagroups completion [flags]", "completion " + testID},
		{"ID missing", "wagroups get ID... [flags]", "get"},
		{"ID and FILE missing", "wagroups photo ID FILE [flags]", "photo"},
		{"FILE missing", "wagroups photo ID FILE [flags]", "photo " + testID},
		{"too many arguments; only ID expected", "wagroups delete ID [flags]", "delete --yes " + testID + " " + testID},
		{"takes no arguments", "wagroups demo [flags]", "demo " + testID},
		{"unknown flag --token", "wagroups get ID... [flags]", "get " + testID + " --token=" + testToken},
		{"unknown flag -Y", "wagroups get ID... [flags]", "get -" + testID},
		{"flag needs an argument: --timeout", "wagroups get ID... [flags]", "get " + testID + " --timeout"},
		{"--timeout: the value must be a duration", "wagroups get ID... [flags]", "get --timeout " + testID},
		{"--output: the value must be a word, table or json", "wagroups get ID... [flags]", "get --output " + testID},
		{"--base-url does not apply to version", "wagroups version [flags]", "version --base-url http://localhost"},
		{"--api-version does not apply to demo", "wagroups demo [flags]", "demo --api-version v24.0"},
		{"--timeout does not apply to fake", "wagroups fake [flags]", "fake --timeout 1s"},
		{"--verbose does not apply to fake", "wagroups fake [flags]", "fake -v"},
		{"--quiet does not apply to demo", "wagroups demo [flags]", "demo --quiet"},
		{"--quiet does not apply to version", "wagroups version [flags]", "version -q"},
		{"--quiet and --verbose exclude each other", "wagroups get ID... [flags]", "get -qv " + testID},
		{"the standard input, -, can be named once only", "wagroups get ID... [flags]", "get - " + testID + " -"},
		{"--concurrency: the value must be a number from 1 to 64", "wagroups get ID... [flags]", "get x --concurrency 0"},
		{"--concurrency: the value must be a number from 1 to 64", "wagroups get ID... [flags]", "get x --concurrency=65"},
		{"--concurrency: the value must be a number from 1 to 64", "wagroups get ID... [flags]", "get --concurrency " + testID},
	} {
		code, out, errOut := w.run(t, strings.Fields(c.args)...)
		if code != exitUsage || out != "" ||
			!strings.HasPrefix(errOut, "wagroups: "+c.line+"\n\nUsage:\n  "+c.usage+"\n") {
			t.Errorf("%q: exit code %d, stdout %q, stderr\n%s", c.args, code, out, errOut)
		}
	}
	if len(fake.Requests()) != 0 {
		t.Error("a request was sent")
	}
}

func TestCompletion(t *testing.T) {
	w := world{}
	for _, c := range []struct{ want, args string }{
		{"table\njson\n:4", "get x --output"},
		{"id\nsubject\ndescription\njoin_approval_mode\nsuspended\ncreation_timestamp\nparticipants\n" +
			"total_participant_count\n:6", "get x --fields"},
		{"jpg\njpeg\n:8", "photo x"},
		{":4", "delete"},
	} {
		args := append([]string{cobra.ShellCompNoDescRequestCmd}, strings.Fields(c.args)...)
		code, out, _ := w.run(t, append(args, "")...)
		if code != exitOK || strings.TrimSpace(out) != c.want {
			t.Errorf("%s: exit code %d\n%s", c.args, code, out)
		}
	}
	code, out, _ := w.run(t, cobra.ShellCompNoDescRequestCmd, "get", "x", "--fields", "id,subject,de")
	if code != exitOK || !strings.HasPrefix(out, "id,subject,description\n") || strings.Contains(out, "id,subject,id") {
		t.Errorf("a list: exit code %d\n%s", code, out)
	}
	for _, shell := range []string{"bash", "fish", "powershell", "zsh"} {
		if code, out, _ := w.run(t, "completion", shell); code != exitOK || !strings.Contains(out, "wagroups") {
			t.Errorf("%s: exit code %d, %d bytes", shell, code, len(out))
		}
	}
}

// A list of fields for completion that lacks one would not be noticed otherwise.
func TestCompletionKnowsAllFields(t *testing.T) {
	_, w := startFake(t)
	w.expect(t, wholeTable, "get", testID, "--fields", strings.Join(fieldNames(), ","))
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestOutputFails(t *testing.T) {
	var errOut strings.Builder
	noEnv := func(string) string { return "" }
	code := run(t.Context(), []string{"version"}, streams{Out: fullDisk{}, Err: &errOut, IsTerminal: isTerminal}, noEnv)
	const want = "wagroups: done, but the result could not be written: no space left on device\n"
	if code != exitOther || errOut.String() != want {
		t.Errorf("exit code %d, stderr %q", code, errOut.String())
	}
}
