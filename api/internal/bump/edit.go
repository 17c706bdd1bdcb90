package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// examples are the texts in which every version is that of the contract.
var examples = []string{"README.md", "client/example_test.go", "client/fakegraph/example_test.go"}

const changelogName = "CHANGELOG.md"

// edits returns the new content of every file that names the version, without writing anything.
func edits(root string, from, to version) (map[string]string, error) {
	changed := map[string]string{}
	for _, name := range append([]string{documentName, changelogName}, examples...) {
		text, err := readText(root, name)
		if err != nil {
			return nil, err
		}
		switch name {
		case documentName:
			text = anchor.ReplaceAllString(text, "  version: &version "+to.String())
		case changelogName:
			if text, err = editChangelog(text, to); err != nil {
				return nil, err
			}
		default:
			text = replaceVersion(text, from, to)
		}
		changed[name] = text
	}
	return changed, nil
}

// editChangelog names the version in the section of what is not released yet, and starts that section if need be.
func editChangelog(text string, to version) (string, error) {
	const title = "## Unreleased\n"
	line := "Graph API " + to.String() + "."
	before, after, found := strings.Cut(text, title)
	if !found {
		start := regexp.MustCompile(`(?m)^## `).FindStringIndex(text)
		if start == nil {
			return "", errors.New(changelogName + " has no section")
		}
		return text[:start[0]] + title + "\n" + line + "\n\n" + text[start[0]:], nil
	}
	section, rest := after, ""
	if end := strings.Index(after, "\n## "); end >= 0 {
		section, rest = after[:end], after[end:]
	}
	mention := regexp.MustCompile(`Graph API v\d+\.\d+\.`)
	if mention.MatchString(section) {
		return before + title + mention.ReplaceAllString(section, line) + rest, nil
	}
	return before + title + "\n" + line + "\n" + section + rest, nil
}

func readText(root, name string) (string, error) {
	data, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
	if err != nil {
		return "", fmt.Errorf("%s cannot be read: %w", name, errors.Unwrap(err))
	}
	return string(data), nil
}

// write puts texts into the tree; a text that is there already is left alone, so that its time stays.
func write(root string, texts map[string]string) error {
	for name, text := range texts {
		path := filepath.Join(root, filepath.FromSlash(name))
		if old, err := os.ReadFile(path); err == nil && string(old) == text {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil { //nolint:gosec // as git checks files out
			return err
		}
	}
	return nil
}
