package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

func TestReleaseNotes(t *testing.T) {
	const format, older = "# Changelog\n\n    ## X.Y.Z - YYYY-MM-DD\n", "\n## 0.9.0 - 2026-11-30\n\nGraph API v22.0.\n"
	const newest = "the newest section of CHANGELOG.md is "
	for _, tt := range []struct{ name, tag, section, want string }{
		{"right", "v0.10.0", "\n## 0.10.0 - 2026-12-01\n\nGraph API v23.0.\n\n- More.\n", "<nil>"},
		{"another version", "v0.11.0", "", `the tag is "v0.11.0", client.Version is "0.10.0"`},
		{"no v", "0.10.0", "", `the tag is "0.10.0", client.Version is "0.10.0"`},
		{"no section", "v0.10.0", "", newest + `"0.9.0 - 2026-11-30", not "0.10.0 - YYYY-MM-DD"`},
		{"something newer", "v0.10.0", "\n## Unreleased\n\n- A fix.\n\n## 0.10.0 - 2026-12-01\n\nGraph API v23.0.\n",
			newest + `"Unreleased", not "0.10.0 - YYYY-MM-DD"`},
		{"no date", "v0.10.0", "\n## 0.10.0\n", newest + `"0.10.0", not "0.10.0 - YYYY-MM-DD"`},
		{"not a date", "v0.10.0", "\n## 0.10.0 - 2026-02-30\n", newest + `"0.10.0 - 2026-02-30", not "0.10.0 - YYYY-MM-DD"`},
		{"another API version", "v0.10.0", "\n## 0.10.0 - 2026-12-01\n\nGraph API v22.0.\n",
			`the notes start with "Graph API v22.0.", the contract is that of Graph API v23.0`},
		{"no API version", "v0.10.0", "\n## 0.10.0 - 2026-12-01\n\n- More.\n\nGraph API v23.0.\n",
			`the notes start with "- More.", the contract is that of Graph API v23.0`},
	} {
		notes, err := releaseNotes(format+tt.section+older, tt.tag, "0.10.0", "v23.0")
		if fmt.Sprint(err) != tt.want || err == nil && notes != "Graph API v23.0.\n\n- More.\n" {
			t.Errorf("%s: error %v\nwant %s\nnotes %q", tt.name, err, tt.want, notes)
		}
	}
}

// All that the changelog of this repository lacks for a release is the title.
func TestChangelog(t *testing.T) {
	text, err := os.ReadFile("../../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	changelog := strings.Replace(string(text), "\n## Unreleased\n", "\n## "+client.Version+" - 2026-12-01\n", 1)
	if _, err := releaseNotes(changelog, "v"+client.Version, client.Version, client.DefaultAPIVersion); err != nil {
		t.Error(err)
	}
}
