//go:build slow

// It needs bash and curl: make check-readme runs it.

package gates

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A step is a command of the README and what it shows; any output if shown is false.
type step struct {
	command, output string
	shown           bool
}

// TestReadmeCommands runs the commands of the README in one shell, in the folder of its program, against the fake.
func TestReadmeCommands(t *testing.T) {
	folder, bin := readmeModule(t), t.TempDir()
	goLines(t, top, "build", "-o", filepath.Join(bin, "wagroups"), "./client/cmd/wagroups")
	// No progress meter.
	err := os.WriteFile(filepath.Join(folder, ".curlrc"), []byte("silent\nshow-error\n"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	url := startFake(t, filepath.Join(bin, "wagroups"))
	steps := stepsOf(readmeBlocks(t))
	for i := range steps {
		steps[i].command = strings.ReplaceAll(steps[i].command, "http://127.0.0.1:8080", url)
	}
	shell := exec.CommandContext(t.Context(), "bash", "--noprofile", "--norc")
	shell.Dir = folder
	shell.Env = append(os.Environ(), "PATH="+bin+string(filepath.ListSeparator)+os.Getenv("PATH"), "CURL_HOME="+folder,
		"WHATSAPP_APP_SECRET=")
	for _, problem := range runSteps(t, shell, steps) {
		t.Error(problem)
	}
}

// What fails, or prints something else than a text shows, is reported.
func TestReadmeCommandsReports(t *testing.T) {
	steps := stepsOf([]codeBlock{
		{"console", "$ echo one\none\n$ echo one \\\n    two\nthree\n"},
		{"sh", "false\n"}, {"sh", "make test\nwagroups fake\n"},
	})
	wantProblems(t, runSteps(t, exec.CommandContext(t.Context(), "bash"), steps),
		"$ echo one \\\n    two\nprints\none two\nthe text shows\nthree\n", "$ false\nends with exit code 1\n")
}

// stepsOf lists the commands of blocks. What fetches a package from a module proxy only looks whether it exists; make,
// the fake and the receiver run elsewhere.
func stepsOf(blocks []codeBlock) (steps []step) {
	fetch := regexp.MustCompile(`^go (get|install) ([^@]*)(@\w+)?$`)
	for _, b := range blocks {
		for line := range strings.Lines(b.text) {
			line = strings.TrimSuffix(line, "\n")
			command, isCommand := strings.CutPrefix(line, "$ ")
			switch {
			case b.language == "console" && isCommand:
				steps = append(steps, step{command: command, shown: true})
			case b.language == "console" && strings.HasSuffix(steps[len(steps)-1].command, `\`):
				steps[len(steps)-1].command += "\n" + line
			case b.language == "console":
				steps[len(steps)-1].output += line + "\n"
			case b.language != "sh" || regexp.MustCompile(`^(make|go mod init|wagroups (fake|listen))\b`).MatchString(line):
			default:
				steps = append(steps, step{command: fetch.ReplaceAllString(line, "go list $2")})
			}
		}
	}
	return steps
}

// runSteps runs all commands in one shell, so that one can set a variable for the next, and says what went otherwise.
func runSteps(t *testing.T, shell *exec.Cmd, steps []step) (problems []string) {
	t.Helper()
	const end = "\x1e"
	var script strings.Builder
	for _, s := range steps {
		// A command must not read those that follow it.
		fmt.Fprintf(&script, "{ %s\n} </dev/null 2>&1; printf '%s%%d%s' $?\n", s.command, end, end)
	}
	shell.Stdin, shell.Stderr = strings.NewReader(script.String()), os.Stderr
	output, err := shell.Output()
	results := strings.Split(string(output), end)
	if err != nil || len(results) != 2*len(steps)+1 {
		t.Fatalf("%v after %q", err, output)
	}
	for i, s := range steps {
		switch out, code := results[2*i], results[2*i+1]; {
		case s.shown && strings.TrimSuffix(out, "\n") != strings.TrimSuffix(s.output, "\n"):
			problems = append(problems, fmt.Sprintf("$ %s\nprints\n%sthe text shows\n%s", s.command, out, s.output))
		case code != "0":
			problems = append(problems, fmt.Sprintf("$ %s\n%sends with exit code %s\n", s.command, out, code))
		}
	}
	return problems
}

// startFake starts "wagroups fake" on a port of its own and returns its URL.
func startFake(t *testing.T, program string) (url string) {
	t.Helper()
	fake := exec.CommandContext(context.WithoutCancel(t.Context()), program, "fake", "--addr", "127.0.0.1:0")
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
	lines := bufio.NewScanner(out)
	for url == "" && lines.Scan() {
		url = regexp.MustCompile(`http://127\.0\.0\.1:\d+`).FindString(lines.Text())
	}
	go func() { // or its next line would wait for a reader
		for lines.Scan() {
			continue
		}
	}()
	return url
}
