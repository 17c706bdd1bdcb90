package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func TestProgress(t *testing.T) {
	photo := jpegOf(t, 400, 400)
	photo = append(photo, make([]byte, 300<<10)...) // decoders ignore what follows the picture
	path := writeFile(t, "photo.jpg", photo)
	fake, w := startFake(t)
	w.isTerminal = true

	code, out, errOut := w.run(t, "photo", testID, path)
	if code != exitOK || out != photoAccepted {
		t.Errorf("exit code %d, stdout %q", code, out)
	}
	frames := strings.Split(errOut, "\r")
	if last := frames[len(frames)-1]; last != "Uploading 100% |"+strings.Repeat("█", 32)+"|  \n" {
		t.Errorf("the bar ends with %q", last)
	}
	if !strings.Contains(errOut, "Uploading   0% |"+strings.Repeat(" ", 32)+"|") || len(frames) < 4 {
		t.Errorf("the bar did not grow from 0: %q", errOut)
	}
	if stored, _ := fake.Photo(testID); !bytes.Equal(stored, photo) {
		t.Error("the bar changed the photo")
	}
}

// A second attempt starts the bar anew, and an error stands on a line of its own.
func TestProgressRetry(t *testing.T) {
	path := writeFile(t, "photo.jpg", jpegOf(t, 200, 200))
	fake, w := startFake(t)
	w.isTerminal = true
	fake.FailNext(fakegraph.Fault{Code: 4}, fakegraph.Fault{Code: 10})
	code, _, errOut := w.run(t, "photo", testID, path)
	if code != exitUnauthorized || strings.Count(errOut, "Uploading   0%") != 2 {
		t.Errorf("exit code %d, stderr %q", code, errOut)
	}
	lines := strings.Split(errOut, "\n")
	if len(lines) != 3 || !strings.HasPrefix(lines[1], "wagroups: SetGroupPhoto: forbidden") {
		t.Errorf("stderr %q", errOut)
	}
}

// The bar is as wide as there is room, and left out where there is none.
func TestProgressNarrow(t *testing.T) {
	path := writeFile(t, "photo.jpg", jpegOf(t, 200, 200))
	for width, bar := range map[int]int{80: 32, 51: 32, 50: 31, 30: 11, 20: 1, 19: 0, 5: 0} {
		_, w := startFake(t)
		w.isTerminal, w.width = true, width
		code, _, errOut := w.run(t, "photo", testID, path)
		frames := strings.Split(strings.TrimSuffix(errOut, "\n"), "\r")
		for _, frame := range frames {
			if n := utf8.RuneCountInString(frame); n > width {
				t.Errorf("on %d columns the bar takes %d: %q", width, n, frame)
			}
		}
		want := "Uploading 100% |" + strings.Repeat("█", bar) + "|  "
		if bar == 0 {
			want = ""
		}
		if code != exitOK || frames[len(frames)-1] != want {
			t.Errorf("on %d columns, exit code %d, the bar is %q, want %q", width, code, frames[len(frames)-1], want)
		}
	}
}

// No bar for what is refused before it is sent.
func TestProgressWrongPhoto(t *testing.T) {
	_, w := startFake(t)
	w.isTerminal = true
	w.expectFailure(t, exitUsage, "wagroups: FILE: must be square, is 300 by 200 pixels",
		"photo", testID, writeFile(t, "photo.jpg", jpegOf(t, 300, 200)))
}
