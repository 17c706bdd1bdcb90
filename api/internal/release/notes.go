package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// section is what the changelog says of one release, or of what is not released yet.
type section struct {
	version string // empty when it is not released yet
	numbers [3]int
	api     string
	body    string // without the title
}

var (
	titleForm = regexp.MustCompile(`^(?:Unreleased|((?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){2}) - (\d{4}-\d\d-\d\d))$`)
	bodyForm  = regexp.MustCompile(`^\nGraph API (v\d+\.\d+)\.\n`)
	kindForm  = regexp.MustCompile(`(?m)^### (.*)$`)
	kinds     = []string{"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
)

// sections takes a changelog apart and holds it to the format that stands at its top.
func sections(changelog string) ([]section, error) {
	var found []section
	for _, part := range strings.Split("\n"+changelog, "\n## ")[1:] {
		title, body, _ := strings.Cut(part, "\n")
		s := section{body: strings.Trim(body, "\n")}
		refuse := func(format string, args ...any) ([]section, error) {
			return nil, fmt.Errorf("CHANGELOG.md, section %q: %s", title, fmt.Sprintf(format, args...))
		}
		form := titleForm.FindStringSubmatch(title)
		if form == nil {
			return refuse("want the title Unreleased or X.Y.Z - YYYY-MM-DD")
		}
		if s.version = form[1]; s.version != "" {
			if _, err := time.Parse(time.DateOnly, form[2]); err != nil {
				return refuse("%s is not a date", form[2])
			}
			_, _ = fmt.Sscanf(s.version, "%d.%d.%d", &s.numbers[0], &s.numbers[1], &s.numbers[2]) // the form admits numbers only
		}
		api := bodyForm.FindStringSubmatch(body)
		if api == nil {
			return refuse(`does not start with a line "Graph API vN.M."`)
		}
		s.api = api[1]
		for _, kind := range kindForm.FindAllStringSubmatch(body, -1) {
			if !slices.Contains(kinds, kind[1]) {
				return refuse("%q is not one of %s", kind[1], strings.Join(kinds, ", "))
			}
		}
		if !strings.Contains(body, "\n- ") {
			return refuse("has no entry")
		}
		if len(found) > 0 {
			if before := found[len(found)-1]; s.version == "" ||
				before.version != "" && slices.Compare(s.numbers[:], before.numbers[:]) >= 0 {
				return refuse("stands below an older one")
			}
		}
		found = append(found, s)
	}
	return found, nil
}

// releaseNotes returns the notes of a release, or why there may be none with that tag: it has to be the version that
// the program prints, its section the newest, and that section has to name the API version of the contract.
func releaseNotes(changelog, tag, version, apiVersion string) (string, error) {
	if tag != "v"+version {
		return "", fmt.Errorf("the tag %q is not v%s: client.Version is %s", tag, version, version)
	}
	all, err := sections(changelog)
	if err != nil {
		return "", err
	}
	i := slices.IndexFunc(all, func(s section) bool { return s.version == version })
	switch {
	case i < 0:
		return "", fmt.Errorf("CHANGELOG.md has no section %q", version+" - YYYY-MM-DD")
	case i > 0:
		return "", fmt.Errorf("CHANGELOG.md has something newer above the section of %s", version)
	case all[i].api != apiVersion:
		return "", fmt.Errorf("CHANGELOG.md names Graph API %s for %s, the contract is that of %s", all[i].api, version,
			apiVersion)
	}
	return all[i].body, nil
}
