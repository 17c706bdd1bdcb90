package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

func TestCommandLine(t *testing.T) {
	t.Chdir(t.TempDir())
	const tag, notes = "v" + client.Version, "Graph API " + client.DefaultAPIVersion + ".\n"
	changelog := "# Changelog\n\n## " + client.Version + " - 2026-12-01\n\n" + notes
	if err := os.WriteFile("CHANGELOG.md", []byte(changelog), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ args, out, err, file string }{
		{"notes " + tag, notes, "<nil>", ""},
		{"-o new.md notes " + tag, "", "<nil>", notes},
		{"-o new.md notes v99.0.0", "", `the tag is "v99.0.0"`, ""},
		{"licences ./none", "", "go list for darwin/amd64: exit status 1", ""},
		{"sbom CHANGELOG.md", "", "could not read Go build info from CHANGELOG.md: ", ""},
		{"changes " + tag, "", errUsage.Error(), ""},
		{"notes", "", errUsage.Error(), ""},
	} {
		var out strings.Builder
		err := run(t.Context(), strings.Fields(tt.args), &out)
		file, _ := os.ReadFile("new.md")
		_ = os.Remove("new.md")
		if out.String() != tt.out || !strings.HasPrefix(fmt.Sprint(err), tt.err) || string(file) != tt.file {
			t.Errorf("%s: printed %q, error %v, file %q", tt.args, out.String(), err, file)
		}
	}
}
