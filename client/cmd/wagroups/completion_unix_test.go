//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What somebody gets who has sourced "wagroups completion bash" and presses Tab. Bash sees = and : as words of their
// own, and what it is offered replaces only the text behind the last of them.
func TestCompletionBash(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal("this test needs bash: ", err)
	}
	script, err := filepath.Abs(filepath.Join("testdata", "completion.bash"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	for _, name := range []string{"photo.jpg", "photo.jpeg", "photo.png", "groups.json", "pictures/other.jpg"} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}

	want := "complete -o default -F __start_wagroups wagroups\n"
	args := []string{"--noprofile", "--norc", script}
	for _, c := range []struct{ line, offers string }{
		{"wagroups de", " [delete  (Delete a group)] [demo    (Show this command at work against a fake server)]"},
		{"wagroups completion z", " [zsh]"},
		{"wagroups wrong ", ""},
		{"wagroups get ", ""},
		{"wagroups get x --out", " [--output]"},
		{"wagroups get x --output ", " [table] [json]"},
		{"wagroups get x -o=j", " [json]"},
		{"wagroups get x --fields=id,su", " [id,subject] [id,suspended]"},
		// Bash quotes the comma of the only offer, and understands that when the list goes on.
		{"wagroups get x --fields id,de", ` [id\,description]`},
		{`wagroups get x --fields id\,description,cr`, ` [id\,description\,creation_timestamp]`},
		{"wagroups get --base-url http://127.0.0.1:8080 x --out", " [--output]"},
		{"wagroups get --base-url=http://127.0.0.1:8080 x --fields=cr", " [creation_timestamp]"},
		{"wagroups photo ", ""},
		{"wagroups photo x ", " [pictures] [photo.jpeg] [photo.jpg]"},
		{"wagroups fake --seed ", " [pictures] [groups.json]"},
	} {
		words := regexp.MustCompile(`[=:]+|[^ =:]+`).FindAllString(c.line, -1)
		if strings.HasSuffix(c.line, " ") {
			words = append(words, "")
		}
		args = append(append(append(args, c.line), words...), "--")
		want += c.line + ":" + c.offers + "\n"
	}

	path, _ := binary(t)
	_, environ := binary(t, "PATH="+filepath.Dir(path)+string(os.PathListSeparator)+os.Getenv("PATH"))
	cmd := exec.CommandContext(t.Context(), bash, args...)
	cmd.Dir = folder
	cmd.Env = environ
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("bash ended with %v", err)
	}
	if string(out) != want {
		t.Errorf("got\n%s\nwant\n%s", out, want)
	}
}
