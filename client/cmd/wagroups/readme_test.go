//go:build slow

// It needs bash, curl and half a minute: make check-readme runs it.

package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// TestReadme does what the README says, from its first block of code to its last, as somebody would who has nothing
// else: in an empty folder, with the module as a module proxy serves it, a real shell and the real curl. The programs
// of the README talk to graph.facebook.com, where a fake stands in for Graph.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(top, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	bin := t.TempDir()
	env := append(os.Environ(), "GOBIN="+bin, "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"),
		"WHATSAPP_ACCESS_TOKEN=any-token", "WHATSAPP_APP_SECRET=", "GROUP_ID="+sampleGroup().ID)
	env = append(env, publish(t)...)
	env = append(env, standIn(t, fakegraph.WithGroups(sampleGroup()))...)
	for _, problem := range follow(t, codeBlocks(string(readme)), env, bin) {
		t.Error(problem)
	}
}

// What does not work, or works otherwise than a text says, is reported.
func TestReadmeReports(t *testing.T) {
	got := follow(t, codeBlocks("# Title\n```console\n$ echo one\none\n$ echo one \\\n    two\nthree\n```\n"+
		"```sh\nfalse\n```\nText\n```python\nprint()\n```\n```\nnothing\n```\n"), os.Environ(), "")
	want := []string{
		"$ echo one \\\n    two\nprints\none two\nthe text shows\nthree\n", "$ false\n\nends with exit code 1\n",
		"nothing runs this block of python:\nprint()\n", "nothing runs this block of :\nnothing\n",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// follow does what blocks of code say, in an empty folder, and returns what went otherwise.
func follow(t *testing.T, blocks []codeBlock, env []string, bin string) (problems []string) {
	t.Helper()
	folder := t.TempDir()
	photo, err := samplePhoto(640)
	if err != nil {
		t.Fatal(err)
	}
	write(t, folder, "photo.jpg", string(photo))
	write(t, folder, ".curlrc", "silent\nshow-error\nfail-with-body\n") // no progress meter, exit codes
	sh := startShell(t, folder, append(env, "CURL_HOME="+folder))
	place := strings.NewReplacer()
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	for _, b := range blocks {
		switch {
		case b.language == "go" && strings.Contains(b.text, "\nfunc main() {\n"):
			write(t, folder, "main.go", b.text)
		case b.language == "go" && strings.Contains(b.text, "\nfunc Test"):
			write(t, folder, "main_test.go", b.text)
		case b.language == "sh" && strings.HasPrefix(b.text, "make "):
			// CI runs these two by themselves.
		case b.language == "sh" && b.text == "wagroups fake\n":
			url, commands := startInstalledFake(t, bin, env)
			place = strings.NewReplacer("http://127.0.0.1:8080", url)
			for _, command := range commands {
				if out, code := sh.run(t, command); code != "0" {
					report("$ %s\n%sends with exit code %s\n", command, out, code)
				}
			}
		case b.language == "sh":
			if out, code := sh.run(t, b.text); code != "0" {
				report("$ %s\n%sends with exit code %s\n", b.text, out, code)
			}
		case b.language == "console":
			for _, s := range consoleSteps(b.text) {
				if out, _ := sh.run(t, place.Replace(s.command)); out != s.output {
					report("$ %s\nprints\n%sthe text shows\n%s", s.command, out, s.output)
				}
			}
		default:
			report("nothing runs this block of %s:\n%s", b.language, b.text)
		}
	}
	return problems
}

type codeBlock struct{ language, text string }

func codeBlocks(markdown string) []codeBlock {
	var blocks []codeBlock
	for _, m := range regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$").FindAllStringSubmatch(markdown, -1) {
		blocks = append(blocks, codeBlock{m[1], m[2]})
	}
	return blocks
}

type consoleStep struct{ command, output string }

func consoleSteps(text string) []consoleStep {
	var steps []consoleStep
	for line := range strings.Lines(text) {
		last := len(steps) - 1
		switch command, isCommand := strings.CutPrefix(line, "$ "); {
		case isCommand:
			steps = append(steps, consoleStep{command: strings.TrimSuffix(command, "\n")})
		case strings.HasSuffix(steps[last].command, `\`):
			steps[last].command += "\n" + strings.TrimSuffix(line, "\n")
		default:
			steps[last].output += line
		}
	}
	return steps
}

func write(t *testing.T, folder, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// shell is one bash that runs all commands, as the one of a reader would.
type shell struct {
	in  io.Writer
	out *bufio.Reader
}

func startShell(t *testing.T, folder string, env []string) shell {
	t.Helper()
	bash := exec.CommandContext(context.WithoutCancel(t.Context()), "bash", "--noprofile", "--norc")
	bash.Dir, bash.Env, bash.Stderr = folder, env, os.Stderr
	in, err := bash.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := bash.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := bash.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = bash.Wait()
	})
	return shell{in, bufio.NewReader(out)}
}

// run returns what a terminal would show, ended by a line end, and the exit code.
func (sh shell) run(t *testing.T, commands string) (out, code string) {
	t.Helper()
	const end = '\x1e'
	// What is run must not read the commands that follow it.
	if _, err := fmt.Fprintf(sh.in, "{ %s\n} </dev/null 2>&1; printf '%c%%d\\n' $?\n", commands, end); err != nil {
		t.Fatal(err)
	}
	out, err := sh.out.ReadString(end)
	if err != nil {
		t.Fatalf("%s: the shell ended after %q", commands, out)
	}
	code, err = sh.out.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	out = strings.TrimSuffix(out, string(end))
	if out != "" && !strings.HasSuffix(out, "\n") {
		out += "\n"
	}
	return out, strings.TrimSuffix(code, "\n")
}

// startInstalledFake starts "wagroups fake" as it was installed, on a port of its own, and returns its URL and the
// commands that it prints.
func startInstalledFake(t *testing.T, bin string, env []string) (url string, commands []string) {
	t.Helper()
	fake := exec.CommandContext(context.WithoutCancel(t.Context()), filepath.Join(bin, "wagroups"),
		"fake", "--addr", "127.0.0.1:0")
	fake.Env = env
	out, err := fake.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := fake.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = fake.Process.Signal(os.Interrupt)
		if err := fake.Wait(); err != nil {
			t.Errorf("wagroups fake ended with %v", err)
		}
	})
	var text strings.Builder
	for lines := bufio.NewScanner(out); !strings.Contains(text.String(), "With Go:\n"); {
		if !lines.Scan() {
			t.Fatalf("wagroups fake printed no more than\n%s", text.String())
		}
		text.WriteString(lines.Text() + "\n")
	}
	url = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(text.String())
	commands = regexp.MustCompile(`(?m)^  (export|wagroups|curl) (.*\\\n)*.*$`).FindAllString(text.String(), -1)
	if len(commands) != 3 {
		t.Errorf("wagroups fake printed %d commands\n%s", len(commands), text.String())
	}
	return url, commands
}
