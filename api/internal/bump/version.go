package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// version is a version of the Graph API.
type version struct{ major, minor int }

func (v version) String() string { return fmt.Sprintf("v%d.%d", v.major, v.minor) }

func (v version) less(w version) bool {
	return v.major < w.major || v.major == w.major && v.minor < w.minor
}

// parseVersion is stricter than the document: a leading zero would make two spellings of one version.
func parseVersion(text string) (version, error) {
	m := regexp.MustCompile(`^v(0|[1-9]\d{0,5})\.(0|[1-9]\d{0,5})$`).FindStringSubmatch(text)
	if m == nil {
		return version{}, fmt.Errorf("%q is not a version: it must look like v24.0", text)
	}
	major, _ := strconv.Atoi(m[1]) // the pattern admits numbers only
	minor, _ := strconv.Atoi(m[2])
	return version{major, minor}, nil
}

const documentName = "api/openapi.yaml"

// anchor is the one line of the document that names its version; everything else is an alias of it.
var anchor = regexp.MustCompile(`(?m)^  version: &version (\S+)$`)

// versionOf reads the version of a document.
func versionOf(document string) (version, error) {
	lines := anchor.FindAllStringSubmatch(document, -1)
	if len(lines) != 1 {
		return version{}, fmt.Errorf("%s has no line \"  version: &version …\": is it the contract of the groups?",
			documentName)
	}
	v, err := parseVersion(lines[0][1])
	if err != nil {
		return version{}, fmt.Errorf("%s: %w", documentName, err)
	}
	return v, nil
}

// replaceVersion replaces a version wherever it stands for itself: v23.0 is no part of v23.0.1 or of dev23.0.
func replaceVersion(text string, from, to version) string {
	pattern := regexp.MustCompile(`\b` + regexp.QuoteMeta(from.String()) + `\b(\.\d)?`)
	return pattern.ReplaceAllStringFunc(text, func(found string) string {
		if strings.TrimPrefix(found, from.String()) != "" {
			return found
		}
		return to.String()
	})
}
