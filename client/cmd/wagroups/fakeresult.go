package main

import (
	"fmt"
	"strings"

	"github.com/wagroups/wagroups-go/client"
)

// fakeResult is where the fake can be reached.
type fakeResult struct {
	URL        string      `json:"url"`
	APIVersion string      `json:"api_version"`
	Groups     []seedGroup `json:"groups"`
	quiet      bool
}

func (f fakeResult) object() any { return f }

// maxShownGroups keeps what the fake prints on one screen.
const maxShownGroups = 3

// table shows how to reach the fake, in commands that work as they are.
func (f fakeResult) table(page) string {
	if f.quiet {
		return f.URL + "\n"
	}
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	line("Fake Graph server at %s, API %s. Ctrl-C stops it.", f.URL, f.APIVersion)
	id := "GROUP_ID"
	if len(f.Groups) == 0 {
		line("\nIt has no groups.")
	} else {
		id = f.Groups[0].ID
		line("\nGroups:")
	}
	for i, g := range f.Groups {
		if i == maxShownGroups {
			line("  and %d more", len(f.Groups)-i)
			break
		}
		line("  %s", strings.TrimSpace(g.ID+"  "+printable(g.Subject)))
	}
	line("\nA program in any language needs:")
	line("  base URL       %s in place of %s", f.URL, client.DefaultBaseURL)
	line("  path           /%s/GROUP_ID", f.APIVersion)
	line("  Authorization  Bearer any-token; any other will do too")
	line("\nWith this command:")
	line("  export %s=%s %s=any-token", envBaseURL, f.URL, envToken)
	line("  wagroups get %s", id)
	line("With curl:")
	line("  curl '%s/%s/%s?fields=subject,participants' \\", f.URL, f.APIVersion, id)
	line("    --header 'Authorization: Bearer any-token'")
	line("With Go:")
	line("  client.New(client.StaticToken(\"any-token\"), client.WithBaseURL(%q))", f.URL)
	return b.String()
}
