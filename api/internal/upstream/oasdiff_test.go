//go:build oasdiff

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// These tests need oasdiff, which is not a part of this module: make check-upstream installs it and names it.

// tool is the program that the environment names.
func tool(t *testing.T) string {
	t.Helper()
	name := os.Getenv("OASDIFF") //nolint:forbidigo // set by the Makefile
	if name == "" {
		t.Fatal("OASDIFF does not name the program")
	}
	return name
}

// compareWith runs the command for the contract and an edited copy of it.
func compareWith(t *testing.T, deviations string, edits ...string) (code int, printed string) {
	t.Helper()
	contract := filepath.Join(top, "api", "openapi.yaml")
	data, err := os.ReadFile(contract)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	for i := 0; i < len(edits); i += 2 {
		if strings.Count(text, edits[i]) < 1 {
			t.Fatalf("the contract does not contain %q", edits[i])
		}
		text = strings.Replace(text, edits[i], edits[i+1], 1)
	}
	var out, complaint strings.Builder
	code = run(t.Context(), []string{
		"-contract", contract, "-deviations", fileWith(t, deviations), "-oasdiff", tool(t), fileWith(t, text),
	}, &out, &complaint)
	return code, out.String() + complaint.String()
}

func TestCopyOfContract(t *testing.T) {
	want := "0 known differences, explained in the list of deviations\nNothing is new.\n"
	if code, printed := compareWith(t, ""); code != 0 || printed != want {
		t.Errorf("code %d, printed\n%s", code, printed)
	}
	// Prose, examples and the version bind nobody, and another path is not ours.
	code, printed := compareWith(t, "", "&version v", "&version v9", "summary: Read a group", "summary: Read",
		"paths:\n", "paths:\n  /{Version}/{id}/media:\n    get: {responses: {'200': {description: ok}}}\n")
	if code != 0 || printed != want {
		t.Errorf("code %d, printed\n%s", code, printed)
	}
}

// One property renamed, one limit changed, one operation removed: exactly these are reported.
func TestThreeChanges(t *testing.T) {
	const head = "    delete:\n      operationId: deleteGroup\n"
	renamed := []string{
		"        suspended:\n          description: Whether", "        is_suspended:\n          description: Whether",
		"maxLength: 2048", "maxLength: 4096",
		head, "    x-delete:\n      operationId: deleteGroup\n",
	}
	code, printed := compareWith(t, "", renamed...)
	want := []string{
		"GET responses 200 application/json properties: added is_suspended",
		"GET responses 200 application/json properties: deleted suspended",
		"POST requestBody application/json properties description maxLength: 4096 instead of 2048",
		"POST requestBody application/x-www-form-urlencoded properties description maxLength: 4096 instead of 2048",
		"operations: deleted DELETE",
	}
	report := "New differences: what the published document says otherwise\n  " + strings.Join(want, "\n  ") + "\n"
	if code != 1 || printed != "0 known differences, explained in the list of deviations\n"+report {
		t.Errorf("code %d, printed\n%swant\n%s", code, printed, report)
	}

	// Explained, they are silent; when they are gone, the explanation is an error.
	list := "- reason: a test\n  differences:\n"
	for _, line := range want {
		list += fmt.Sprintf("    - %q\n", line)
	}
	if code, printed := compareWith(t, list, renamed...); code != 0 {
		t.Errorf("explained: code %d, printed\n%s", code, printed)
	}
	code, printed = compareWith(t, list)
	if code != 1 || !strings.Contains(printed, "Outdated explanations: these differences are gone\n  "+want[0]+"\n") {
		t.Errorf("outdated: code %d, printed\n%s", code, printed)
	}
}

// A document that oasdiff cannot load is one line.
func TestBrokenReference(t *testing.T) {
	code, printed := compareWith(t, "", "#/components/schemas/GroupInfo'", "#/components/schemas/Missing'")
	if code != 2 || strings.Count(printed, "\n") != 1 || !strings.HasPrefix(printed, "upstream: oasdiff cannot compare ") {
		t.Errorf("code %d, printed %q", code, printed)
	}
}
