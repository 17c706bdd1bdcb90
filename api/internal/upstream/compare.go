package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A comparison names the two documents and the program that compares them.
type comparison struct{ contract, published, tool string }

// differences returns, sorted, what the published document says otherwise than the contract.
func (c comparison) differences(ctx context.Context) ([]difference, error) {
	ours, err := readDocument(c.contract)
	if err != nil {
		return nil, err
	}
	if len(ours.Paths) != 1 {
		return nil, fmt.Errorf("%s has %d paths: this comparison is made for one", c.contract, len(ours.Paths))
	}
	theirs, err := readDocument(c.published)
	if err != nil {
		return nil, err
	}
	path := slices.Collect(maps.Keys(ours.Paths))[0]
	mine, _ := ours.slice(path)
	published, ok := theirs.slice(path)
	if !ok {
		return nil, fmt.Errorf("%s has no path %s: is it Meta's document of business messaging?", c.published, path)
	}
	folder, err := os.MkdirTemp("", "upstream")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	var files []string
	for name, doc := range map[string]*document{"1-contract.yaml": mine, "2-published.yaml": published} {
		text, err := yaml.Marshal(doc)
		if err != nil {
			return nil, err
		}
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	slices.Sort(files)
	report, err := c.oasdiff(ctx, files)
	if err != nil {
		return nil, err
	}
	return parseReport(report)
}

// oasdiff compares two files. Prose, examples, tags and extensions bind nobody.
func (c comparison) oasdiff(ctx context.Context, files []string) ([]byte, error) {
	args := append([]string{
		"diff", "--format", "json", "--flatten-params", "--flatten-allof", "--allow-external-refs=false",
		"--exclude-elements", "description,examples,extensions,summary,title",
	}, files...)
	cmd := exec.CommandContext(ctx, c.tool, args...)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	report, err := cmd.Output()
	if err == nil {
		return report, nil
	}
	if _, failed := errors.AsType[*exec.ExitError](err); !failed {
		return nil, fmt.Errorf("oasdiff cannot be started: %w", err)
	}
	first, _, _ := strings.Cut(strings.TrimSpace(complaint.String()), "\n")
	return nil, fmt.Errorf("oasdiff cannot compare %s: %s", c.published, strings.TrimPrefix(first, "Error: "))
}

// unimportant: Meta's default for User-Agent holds the day of its document, and the client sends its own.
var unimportant = regexp.MustCompile(`^\w+ parameters header user-agent default$`)

// A difference is one statement of the report: where, in words from the operation down, and what.
type difference struct{ where, what string }

func (d difference) String() string {
	if d.where == "" {
		return "operations: " + d.what
	}
	return d.where + ": " + d.what
}

// parseReport takes the operations of the one path out of oasdiff's report.
func parseReport(report []byte) ([]difference, error) {
	var diff struct {
		Paths struct {
			Modified map[string]struct {
				Operations any `json:"operations"`
			} `json:"modified"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(report, &diff); err != nil {
		return nil, fmt.Errorf("the report of oasdiff is not understood: %w", err)
	}
	var found []difference
	for _, item := range diff.Paths.Modified {
		found = flatten(found, nil, item.Operations)
	}
	found = slices.DeleteFunc(found, func(d difference) bool { return unimportant.MatchString(d.where) })
	slices.SortFunc(found, func(a, b difference) int { return strings.Compare(a.String(), b.String()) })
	return found, nil
}

// dropped are words of the report that say nothing to a reader.
var dropped = []string{"modified", "content", "schema"}

// flatten walks down to "added", "deleted" and "from … to", which are the statements.
func flatten(found []difference, path []string, node any) []difference {
	object, ok := node.(map[string]any)
	if !ok {
		return append(found, difference{strings.Join(path, " "), fmt.Sprint(node)})
	}
	if _, ok := object["from"]; ok || object["to"] != nil {
		what := fmt.Sprintf("%s instead of %s", text(object["to"]), text(object["from"]))
		return append(found, difference{strings.Join(path, " "), what})
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		switch key {
		case "added", "deleted":
			found = append(found, listed(path, key, object[key])...)
		case "tags", "listOfTypes": // no statement of its own: an order of pages, and a summary of oneOf
		default:
			deeper := slices.Clone(path)
			if !slices.Contains(dropped, key) {
				deeper = append(deeper, key)
			}
			found = flatten(found, deeper, object[key])
		}
	}
	return found
}

// listed makes a difference of each thing that was added or deleted; parameters come in lists by their place.
func listed(path []string, verb string, things any) []difference {
	var found []difference
	switch things := things.(type) {
	case map[string]any:
		for _, place := range slices.Sorted(maps.Keys(things)) {
			found = append(found, listed(append(slices.Clone(path), place), verb, things[place])...)
		}
	case []any:
		for _, thing := range things {
			found = append(found, difference{strings.Join(path, " "), verb + " " + text(thing)})
		}
	default:
		found = append(found, difference{strings.Join(path, " "), verb})
	}
	return found
}

func text(value any) string {
	if object, ok := value.(map[string]any); ok && object["index"] != nil && len(object) == 1 {
		return fmt.Sprintf("alternative %v", object["index"])
	}
	if s, ok := value.(string); ok && s != "" {
		return s
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}
