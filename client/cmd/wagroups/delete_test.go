package main

import (
	"io"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func TestDelete(t *testing.T) {
	fake, w := startFake(t)
	w.expect(t, "Accepted. WhatsApp deletes the group later.\n", "delete", testID, "--yes")
	if _, ok := fake.Group(testID); ok {
		t.Error("the group is still there")
	}
	if err := fake.PutGroup(testGroup()); err != nil {
		t.Fatal(err)
	}
	w.expect(t, "{\n  \"accepted\": true,\n  \"repeated\": false\n}\n", "delete", "-y", testID, "-o", "json")
}

func TestDeleteRepeated(t *testing.T) {
	for format, want := range map[string]string{
		"table": "Accepted. WhatsApp deletes the group later. " +
			"The answer to a first request was lost; the group was gone at the second.\n",
		"json": "{\n  \"accepted\": true,\n  \"repeated\": true\n}\n",
	} {
		fake, w := startFake(t)
		// An answer that breaks off: net/http would repeat a request without an answer by itself.
		fake.FailNext(fakegraph.Fault{Executed: true, CutAfter: 3})
		w.expect(t, want, "delete", testID, "--yes", "--output", format)
	}
}

func TestDeleteAsks(t *testing.T) {
	const question = "This deletes the group and removes everybody from it, your business included.\n" +
		"It cannot be undone. Delete it? [y/N] "
	for answer, deletes := range map[string]bool{
		"y\n": true, "Yes \n": true, "n\n": false, "\n": false, "": false, "yesterday\n": false,
	} {
		fake, w := startFake(t)
		w.isTerminal = true
		w.in = strings.NewReader(answer)
		code, out, errOut := w.run(t, "delete", testID)
		wantCode, wantOut, wantErr := exitOther, "", question
		switch {
		case deletes:
			wantCode, wantOut = exitOK, "Accepted. WhatsApp deletes the group later.\n"
		case answer == "":
			wantErr += "\nwagroups: not deleted\n"
		default:
			wantErr += "wagroups: not deleted\n"
		}
		if code != wantCode || out != wantOut || errOut != wantErr {
			t.Errorf("answer %q: exit code %d, stdout %q, stderr %q", answer, code, out, errOut)
		}
		if _, exists := fake.Group(testID); exists == deletes || !deletes && len(fake.Requests()) != 0 {
			t.Errorf("answer %q: the group exists: %t, after %d requests", answer, exists, len(fake.Requests()))
		}
	}
}

func TestDeleteWithoutTerminal(t *testing.T) {
	fake, w := startFake(t)
	w.in = strings.NewReader("y\n")
	code, out, errOut := w.run(t, "delete", testID)
	if code != exitUsage || out != "" || !strings.HasPrefix(errOut,
		"wagroups: there is no terminal to ask on whether to delete the group: add --yes\n\nUsage:\n  wagroups delete ID ") {
		t.Errorf("exit code %d, stdout %q, stderr %q", code, out, errOut)
	}
	if len(fake.Requests()) != 0 {
		t.Error("a request was sent")
	}
}

// Ctrl-C at the question ends the command although the read from the terminal goes on.
func TestDeleteInterruptedQuestion(t *testing.T) {
	_, w := startFake(t)
	in, typing := io.Pipe()
	t.Cleanup(func() { _ = typing.Close() })
	ctx, cancel := contextThatEnds(t)
	w.ctx, w.in, w.isTerminal = ctx, readerThen{in, cancel}, true
	code, _, errOut := w.run(t, "delete", testID)
	if code != exitOther || !strings.HasSuffix(errOut, "[y/N] \nwagroups: interrupted; nothing was changed\n") {
		t.Errorf("exit code %d, stderr %q", code, errOut)
	}
}
