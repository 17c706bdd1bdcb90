package main

import (
	"fmt"
	"strings"
	"time"
)

// releaseNotes returns the notes of a release, or why there may be none with that tag: it has to be the version that
// the program prints, its section the newest, and that section has to name the API version of the contract.
func releaseNotes(changelog, tag, version, apiVersion string) (string, error) {
	if tag != "v"+version {
		return "", fmt.Errorf("the tag is %q, client.Version is %q", tag, version)
	}
	_, sections, _ := strings.Cut(changelog, "\n## ")
	newest, _, _ := strings.Cut(sections, "\n## ")
	title, body, _ := strings.Cut(newest, "\n")
	name, date, _ := strings.Cut(title, " - ")
	if _, err := time.Parse(time.DateOnly, date); err != nil || name != version {
		return "", fmt.Errorf("the newest section of CHANGELOG.md is %q, not %q", title, version+" - YYYY-MM-DD")
	}
	notes := strings.TrimSpace(body) + "\n"
	if first, _, _ := strings.Cut(notes, "\n"); first != "Graph API "+apiVersion+"." {
		return "", fmt.Errorf("the notes start with %q, the contract is that of Graph API %s", first, apiVersion)
	}
	return notes, nil
}
