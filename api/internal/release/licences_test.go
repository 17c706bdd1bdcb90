package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

// What a user's program and the released one link has been read, and nothing else. One module is that of Windows only.
func TestLicences(t *testing.T) {
	consumer, err := linkedModules(t.Context(), "../../../client/internal/gates/testdata/wrapped", ".")
	if err != nil || len(consumer) < 2 {
		t.Fatal(consumer, err)
	}
	program, err := linkedModules(t.Context(), "../../..", "./client/cmd/wagroups")
	if err != nil {
		t.Fatal(err)
	}
	text, err := licences(append(consumer, program...), reviewed)
	for _, want := range []string{"/mousetrap v", ", Apache-2.0\n\n", "Copyright 2009 The Go Authors.\n"} {
		if err != nil || !strings.Contains(text, want) {
			t.Errorf("%v, or %q is missing", err, want)
		}
	}
}

func TestLicencesRefused(t *testing.T) {
	const digest = " 559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd " // of "A"
	const a, name = "example.com/a" + digest, "api/internal/release/licences.txt"
	const unread = "the licence of example.com/a v1.0.0 is new or has changed: read it in /a, then put this line into " + name +
		": " + a + "SPDX-ID"
	const gpl = name + `: the licence of example.com/a is "GPL-3.0-only", none of Apache-2.0, BSD-2-Clause, BSD-3-Clause, ` +
		"ISC, MIT: link another module instead"
	for _, tt := range []struct{ name, table, texts, want string }{
		{"none", a + "ISC AND MIT\n", "A", "<nil>"},
		{"no line", "", "A", unread},
		{"no licence", "example.com/a", "A", strings.Replace(gpl, "GPL-3.0-only", "", 1)},
		{"another digest", "example.com/a 00 MIT\n", "A", unread},
		{"no text", a + "MIT\n", "", "example.com/a v1.0.0 has no licence: link another module instead"},
		{"a line too many", a + "MIT\nexample.com/b" + digest + "MIT\n", "A",
			"nothing links example.com/b any more: take it out of " + name},
		{"not allowed", a + "GPL-3.0-only\n", "A", gpl},
		{"not allowed besides", a + "MIT AND GPL-3.0-only\n", "A", gpl},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := licences([]module{{"example.com/a", "v1.0.0", "/a", tt.texts}}, tt.table)
			if got := fmt.Sprint(err); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestLicenceTexts(t *testing.T) {
	files := fstest.MapFS{}
	for name, text := range map[string]string{
		"COPYING": "1\r\n", "NOTICE": "2\n", "a/UNLICENSE": "3", "licence.md": "4\n", "license.go": "no", "notes.txt": "no",
	} {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	if got, err := licenceTexts(files); err != nil || got != "1\n\n2\n\n3\n4\n" {
		t.Errorf("%v, got %q", err, got)
	}
}

// The licence of Go that goes with a release is that of the Go which builds it, where that has one.
func TestLicenceOfGo(t *testing.T) {
	root, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "LICENSE"))
	if err == nil && strings.ReplaceAll(string(text), "\r\n", "\n") != golang {
		t.Errorf("Go has another licence now:\n%s", text)
	}
}
