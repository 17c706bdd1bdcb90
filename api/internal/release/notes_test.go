package main

import (
	"os"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

const changelogText = `# Changelog

Format:

    ## X.Y.Z - YYYY-MM-DD

## 0.10.0 - 2026-12-01

Graph API v23.0.

### Added

- More.

## 0.9.1 - 2026-11-30

Graph API v22.0.

### Fixed

- A thing.
`

func TestReleaseNotes(t *testing.T) {
	notes, err := releaseNotes(changelogText, "v0.10.0", "0.10.0", "v23.0")
	if want := "Graph API v23.0.\n\n### Added\n\n- More."; err != nil || notes != want {
		t.Errorf("%v, got %q, want %q", err, notes, want)
	}
}

func TestReleaseRefused(t *testing.T) {
	const newest = "## 0.10.0 - 2026-12-01\n"
	for _, tt := range []struct{ name, tag, old, replacement, want string }{
		{"another version", "v0.11.0", "", "", `the tag "v0.11.0" is not v0.10.0: client.Version is 0.10.0`},
		{"no v", "0.10.0", "", "", `the tag "0.10.0" is not v0.10.0: client.Version is 0.10.0`},
		{"a candidate", "v0.10.0-rc.1", "", "", `the tag "v0.10.0-rc.1" is not v0.10.0: client.Version is 0.10.0`},
		{"no section", "v0.10.0", newest, "## 0.11.0 - 2026-12-01\n", `CHANGELOG.md has no section "0.10.0 - YYYY-MM-DD"`},
		{"not released yet", "v0.10.0", newest, "## Unreleased\n", `CHANGELOG.md has no section "0.10.0 - YYYY-MM-DD"`},
		{"something left", "v0.10.0", newest, "## Unreleased\n\nGraph API v23.0.\n\n- More.\n\n" + newest,
			"CHANGELOG.md has something newer above the section of 0.10.0"},
		{"another API version", "v0.10.0", "v23.0", "v24.0",
			"CHANGELOG.md names Graph API v24.0 for 0.10.0, the contract is that of v23.0"},
		{"no API version", "v0.10.0", "Graph API v23.0.\n", "",
			`CHANGELOG.md, section "0.10.0 - 2026-12-01": does not start with a line "Graph API vN.M."`},
		{"API version too late", "v0.10.0", "\nGraph API v23.0.", "\nNews.\n\nGraph API v23.0.",
			`CHANGELOG.md, section "0.10.0 - 2026-12-01": does not start with a line "Graph API vN.M."`},
		{"no date", "v0.10.0", newest, "## 0.10.0\n",
			`CHANGELOG.md, section "0.10.0": want the title Unreleased or X.Y.Z - YYYY-MM-DD`},
		{"not a date", "v0.10.0", "2026-12-01", "2026-02-30",
			`CHANGELOG.md, section "0.10.0 - 2026-02-30": 2026-02-30 is not a date`},
		{"a leading zero", "v0.10.0", newest, "## 0.010.0 - 2026-12-01\n",
			`CHANGELOG.md, section "0.010.0 - 2026-12-01": want the title Unreleased or X.Y.Z - YYYY-MM-DD`},
		{"another heading", "v0.10.0", "### Added", "### New", `CHANGELOG.md, section "0.10.0 - 2026-12-01": "New" is not one of ` +
			"Added, Changed, Deprecated, Removed, Fixed, Security"},
		{"no entry", "v0.10.0", "\n- More.\n", "", `CHANGELOG.md, section "0.10.0 - 2026-12-01": has no entry`},
		{"the order", "v0.10.0", "## 0.9.1", "## 0.10.1", `CHANGELOG.md, section "0.10.1 - 2026-11-30": stands below an older one`},
		{"twice", "v0.10.0", "## 0.9.1", "## 0.10.0", `CHANGELOG.md, section "0.10.0 - 2026-11-30": stands below an older one`},
		{"Unreleased at the end", "v0.10.0", "## 0.9.1 - 2026-11-30", "## Unreleased",
			`CHANGELOG.md, section "Unreleased": stands below an older one`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			changelog := strings.Replace(changelogText, tt.old, tt.replacement, 1)
			notes, err := releaseNotes(changelog, tt.tag, "0.10.0", "v23.0")
			if err == nil || err.Error() != tt.want || notes != "" {
				t.Errorf("error %v\nwant  %s\nnotes %q", err, tt.want, notes)
			}
		})
	}
}

// The changelog of this repository has its own format, also between releases.
func TestChangelog(t *testing.T) {
	text, err := os.ReadFile("../../../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	found, err := sections(string(text))
	if err != nil || len(found) == 0 {
		t.Fatalf("%d sections, %v", len(found), err)
	}
	if newest := found[0]; newest.version != "" && newest.version != client.Version {
		t.Errorf("the newest section is that of %s, client.Version is %s", newest.version, client.Version)
	}
}

func TestCommandLine(t *testing.T) {
	t.Chdir(t.TempDir())
	const usage = "release: want notes TAG, licences PACKAGE or sbom BINARY; try: make check-release TAG=v0.1.0\n"
	notes := "Graph API " + client.DefaultAPIVersion + ".\n\n- News.\n"
	changelog := "## " + client.Version + " - 2026-12-01\n\n" + notes
	if err := os.WriteFile("CHANGELOG.md", []byte(changelog), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args            string
		code            int
		out, complaints string
	}{
		{"notes v" + client.Version, 0, notes, ""},
		{"-o notes.md notes v" + client.Version, 0, "", ""},
		{"-o none.md notes v99.0.0", 1, "", "release: the tag \"v99.0.0\" is not v"},
		{"sbom CHANGELOG.md", 1, "", "release: could not read Go build info from CHANGELOG.md: "},
		{"licences ./client/cmd/wagroups", 1, "", "release: go list: exit status 1: "},
		{"notes", 2, "", usage},
		{"changes v1.0.0", 2, "", usage},
		{"notes v1.0.0 v1.1.0", 2, "", usage},
	} {
		t.Run(tt.args, func(t *testing.T) {
			var out, complaint strings.Builder
			code := run(t.Context(), strings.Fields(tt.args), &out, &complaint)
			if code != tt.code || out.String() != tt.out || !strings.HasPrefix(complaint.String(), tt.complaints) {
				t.Errorf("code %d, printed %q, complaint %q", code, out.String(), complaint.String())
			}
			if lines := strings.Count(complaint.String(), "\n"); lines != min(code, 1) {
				t.Errorf("complaint of %d lines: %q", lines, complaint.String())
			}
		})
	}
	if written, err := os.ReadFile("notes.md"); err != nil || string(written) != notes {
		t.Errorf("written: %q, %v", written, err)
	}
	if _, err := os.Stat("none.md"); err == nil {
		t.Error("a refusal writes a file")
	}
}
