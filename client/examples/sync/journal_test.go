package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func writeOutput(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "groups.jsonl")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func readOutput(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func mustOpen(t *testing.T, path string) (*journal, map[string]bool) {
	t.Helper()
	j, done, err := openJournal(path)
	if err != nil {
		t.Fatal(err)
	}
	return j, done
}

// Wherever a file breaks off, the whole lines count, the part is gone, and what is added makes the file complete.
func TestJournalCutAtEveryByte(t *testing.T) {
	lines := []line{
		{ID: "Z3JvdXAx", metadata: &metadata{Subject: "Allotment \"Neighbours\"\n\u2028🌱"}},
		{ID: "Z3JvdXAy", Error: "not found"},
		{ID: "Z3JvdXAz", metadata: &metadata{Subject: "Shed", Suspended: true}},
	}
	var whole string
	for _, l := range lines {
		text, err := l.encode()
		if err != nil {
			t.Fatal(err)
		}
		whole += string(text)
	}
	if strings.Count(whole, "\n") != len(lines) {
		t.Fatalf("a line is not one line:\n%s", whole)
	}
	for cut := range len(whole) + 1 {
		path := writeOutput(t, whole[:cut])
		j, done := mustOpen(t, path)
		for i, l := range lines {
			if counts := i < strings.Count(whole[:cut], "\n"); done[l.ID] != counts {
				t.Errorf("cut at %d: line %d counts: %t", cut, i+1, done[l.ID])
			}
			if done[l.ID] {
				continue
			}
			if err := j.append(l); err != nil {
				t.Fatal(err)
			}
		}
		if err := j.close(); err != nil {
			t.Fatal(err)
		}
		if text := readOutput(t, path); text != whole {
			t.Fatalf("cut at %d: the file is then\n%s\nwant\n%s", cut, text, whole)
		}
	}
}

// A file that is not ours, or is damaged, is refused and stays as it is.
func TestJournalRefuses(t *testing.T) {
	const ours = `{"id":"Z3JvdXAx","error":"not found"}` + "\n"
	for _, c := range []struct{ name, text, line string }{
		{"a list of ids", "Z3JvdXAx\nZ3JvdXAy\n", "line 1 "},
		{"a text without newline", "Dear neighbours", "line 1 "},
		{"other JSON", `{"name":"Z3JvdXAx"}` + "\n", "line 1 "},
		{"other JSON without newline", ours + ` {"id":"Z3JvdXAy"}`, "line 2 "},
		{"an empty line", ours + "\n" + ours, "line 2 "},
		{"two lines glued together", ours + `{"id":"Z3Jvd` + ours, "line 2 "},
		{"zeros at the end", ours + ours + "\x00\x00\x00", "line 3 "},
		{"an endless line", `{"id":"` + strings.Repeat("x", 9<<20), "too long"},
	} {
		path := writeOutput(t, c.text)
		j, _, err := openJournal(path)
		if err == nil {
			_ = j.close()
			t.Errorf("%s: accepted", c.name)
		} else if !strings.HasPrefix(err.Error(), path+": ") || !strings.Contains(err.Error(), c.line) {
			t.Errorf("%s: %v", c.name, err)
		}
		if readOutput(t, path) != c.text {
			t.Errorf("%s: the file was changed", c.name)
		}
	}
}

func TestJournalNewFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "groups.jsonl")
	j, done := mustOpen(t, path)
	defer func() { _ = j.close() }()
	if len(done) != 0 {
		t.Errorf("done: %v", done)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	// Windows has no such modes.
	if info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("the new file has mode %s", info.Mode())
	}
}

// After a failed write there may be a part of a line, so nothing may follow.
func TestJournalStopsAfterFailure(t *testing.T) {
	path := writeOutput(t, "")
	j, _ := mustOpen(t, path)
	good := j.file
	readOnly, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	j.file = readOnly
	first := j.append(line{ID: "Z3JvdXAx", Error: "not found"})
	j.file = good
	second := j.append(line{ID: "Z3JvdXAy", Error: "not found"})
	if _, ok := errors.AsType[*fs.PathError](first); !ok || !errors.Is(second, first) {
		t.Errorf("the writes ended with %v and %v", first, second)
	}
	if err := errors.Join(readOnly.Close(), j.close()); err != nil {
		t.Error(err)
	}
	if text := readOutput(t, path); text != "" {
		t.Errorf("the file has %q", text)
	}
}
