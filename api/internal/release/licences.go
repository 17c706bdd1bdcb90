package main

import (
	"crypto/sha256"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// allowed are the licences whose texts have to go with the program and that ask for no more.
var allowed = []string{"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"}

// reviewed is what a person has read: a line for each module with its path, the SHA-256 of its licences and notices, as
// licenceTexts joins them, and what they are, as an SPDX expression.
//
//go:embed licences.txt
var reviewed string

const reviewedName = "api/internal/release/licences.txt"

type review struct{ digest, licence string }

// reviews reads a table like licences.txt.
func reviews(table string) (map[string]review, error) {
	found := map[string]review{}
	for line := range strings.Lines(table) {
		path, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		digest, licence, _ := strings.Cut(rest, " ")
		for id := range strings.SplitSeq(licence, " AND ") {
			if !slices.Contains(allowed, id) {
				return nil, fmt.Errorf("%s: the licence of %s is %q, none of %s: link another module instead",
					reviewedName, path, id, strings.Join(allowed, ", "))
			}
		}
		found[path] = review{digest, licence}
	}
	return found, nil
}

// check refuses a module whose texts are not those that a person has read.
func check(m module, known map[string]review) error {
	digest := fmt.Sprintf("%x", sha256.Sum256([]byte(m.texts)))
	switch {
	case m.texts == "":
		return fmt.Errorf("%s %s has no licence: link another module instead", m.path, m.version)
	case known[m.path].digest != digest:
		return fmt.Errorf("the licence of %s %s is new or has changed: read it in %s, then put this line into %s: "+
			"%s %s SPDX-ID", m.path, m.version, m.folder, reviewedName, m.path, digest)
	}
	return nil
}

// licences joins the licences and notices of all that a program links, which have to go with it. A table with a line
// for anything else is refused.
func licences(linked []module, table string) (string, error) {
	known, err := reviews(table)
	if err != nil {
		return "", err
	}
	unused := maps.Clone(known)
	var text strings.Builder
	fmt.Fprint(&text, "This program contains the following modules, under the licences below.\n")
	for _, m := range linked {
		if err := check(m, known); err != nil {
			return "", err
		}
		fmt.Fprintf(&text, "\n%s\n%s %s, %s\n\n", strings.Repeat("=", 80), m.path, m.version, known[m.path].licence)
		fmt.Fprint(&text, m.texts)
		delete(unused, m.path)
	}
	for path := range unused {
		return "", fmt.Errorf("nothing links %s any more: take it out of %s", path, reviewedName)
	}
	return text.String(), nil
}
