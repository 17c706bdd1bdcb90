package main

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const top = "../../.." // of the repository

// codeBlocks returns the code blocks of the README in one language.
func codeBlocks(t *testing.T, language string) []string {
	t.Helper()
	readme, err := os.ReadFile(filepath.Join(top, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllSubmatch(readme, -1) {
		blocks = append(blocks, string(m[1]))
	}
	return blocks
}

// The programs of the README are compiled, and its test passes.
func TestReadmeGo(t *testing.T) {
	blocks := codeBlocks(t, "go")
	if len(blocks) != 2 {
		t.Fatalf("%d Go blocks, want a program and a test", len(blocks))
	}
	for i, block := range blocks {
		file := filepath.Join(t.TempDir(), "readme_test.go")
		args := []string{"test", file}
		if strings.HasPrefix(block, "package main") {
			file = filepath.Join(t.TempDir(), "main.go")
			args = []string{"vet", file}
		}
		if err := os.WriteFile(file, []byte(block), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "go", args...)
		cmd.Dir = top
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("block %d: %v\n%s", i, err, out)
		}
	}
}

// The walk of the README shows what the commands print, and the requests of the reference page get its answers.
func TestReadmeConsole(t *testing.T) {
	blocks := codeBlocks(t, "console")
	if len(blocks) < 2 {
		t.Fatalf("%d console blocks, want the walk with this command and the one with curl", len(blocks))
	}
	fake := fakegraph.Start(t, fakegraph.WithGroups(sampleGroup()))
	photo := writeFile(t, "photo.jpg", jpegOf(t, 640, 640))
	place := strings.NewReplacer("http://127.0.0.1:8080", fake.URL(), "photo.jpg", photo)
	sh := shell{world: world{env: map[string]string{}}}
	for _, s := range consoleSteps(strings.Join(blocks, "")) {
		if out := sh.run(t, place.Replace(s.command)); out != s.output {
			t.Errorf("%s\nprinted\n%s\nthe README shows\n%s", s.command, out, s.output)
		}
	}
	if _, exists := fake.Group(sampleGroup().ID); exists {
		t.Error("the group still exists: the walk did not get to its end")
	}
}

// The comparison finds an output that differs.
func TestReadmeConsoleSteps(t *testing.T) {
	got := fmt.Sprintf("%q", consoleSteps("$ a \\\n    b\nx\ny\n$ c\n$ d\nz\n"))
	if want := `[{"a \\\n    b" "x\ny\n"} {"c" ""} {"d" "z\n"}]`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
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

// shell does as much of a shell as the README needs.
type shell struct{ world }

func (sh shell) run(t *testing.T, command string) string {
	t.Helper()
	words := sh.words(command)
	switch name := words[0]; {
	case name == "export":
		sh.assign(words[1:])
	case strings.Contains(name, "="):
		sh.assign(words)
	case name == "wagroups":
		code, out, errOut := sh.world.run(t, words[1:]...)
		if code != exitOK {
			t.Errorf("%s: exit code %d: %s", command, code, errOut)
		}
		return out
	case name == "curl":
		return curl(t, words[1:])
	default:
		t.Errorf("no such command: %s", command)
	}
	return ""
}

func (sh shell) assign(words []string) {
	for _, word := range words {
		name, value, _ := strings.Cut(word, "=")
		sh.env[name] = value
	}
}

// words splits a command line, without the quotes and with the variables' values.
func (sh shell) words(command string) []string {
	command = strings.ReplaceAll(command, "\\\n", " ")
	var words []string
	for _, m := range regexp.MustCompile(`(?:'[^']*'|"[^"]*"|[^\s'"])+`).FindAllString(command, -1) {
		word := regexp.MustCompile(`'[^']*'|"[^"]*"|[^'"]+`).ReplaceAllStringFunc(m, func(part string) string {
			if strings.HasPrefix(part, "'") {
				return strings.Trim(part, "'")
			}
			return os.Expand(strings.Trim(part, `"`), func(name string) string { return sh.env[name] })
		})
		words = append(words, word)
	}
	return words
}

// curl sends what curl would send for these options and returns the answer's body, with a line end as in a terminal.
func curl(t *testing.T, words []string) string {
	t.Helper()
	options := map[string][]string{}
	for i := 0; i+1 < len(words); i += 2 {
		options[words[i]] = append(options[words[i]], words[i+1])
	}
	var body bytes.Buffer
	contentType := ""
	for _, data := range options["--data"] {
		body.WriteString(data)
	}
	if forms := options["--form"]; len(forms) > 0 {
		contentType = writeForm(t, &body, forms)
	}
	req, err := http.NewRequestWithContext(t.Context(), options["--request"][0], options["--url"][0], &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("User-Agent", "curl/8.5.0")
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	for _, header := range options["--header"] {
		name, value, _ := strings.Cut(header, ": ")
		req.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(answer) + "\n"
}

func writeForm(t *testing.T, body io.Writer, forms []string) (contentType string) {
	t.Helper()
	w := multipart.NewWriter(body)
	for _, form := range forms {
		name, value, _ := strings.Cut(form, "=")
		header := textproto.MIMEHeader{}
		disposition := fmt.Sprintf("form-data; name=%q", name)
		content := []byte(value)
		if file, isFile := strings.CutPrefix(value, "@"); isFile {
			path, mediaType, _ := strings.Cut(file, ";type=")
			disposition += fmt.Sprintf("; filename=%q", filepath.Base(path))
			header.Set("Content-Type", mediaType)
			var err error
			if content, err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
		}
		header.Set("Content-Disposition", disposition)
		part, err := w.CreatePart(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType()
}
