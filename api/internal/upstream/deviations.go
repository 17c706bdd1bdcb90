package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A deviation is a reason and the differences that it explains, as this command prints them. One that begins with *
// stands for the same difference of every operation.
type deviation struct {
	Reason      string   `yaml:"reason"`
	Differences []string `yaml:"differences"`
}

func readDeviations(name string) ([]deviation, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, errors.Unwrap(err))
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var list []deviation
	if err := decoder.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%s: %s", name, strings.Join(strings.Fields(err.Error()), " "))
	}
	seen := map[string]bool{}
	for i := range list {
		list[i].Differences = expand(list[i].Differences)
		d := list[i]
		if strings.TrimSpace(d.Reason) == "" || len(d.Differences) == 0 {
			return nil, fmt.Errorf("%s: entry %d lacks a reason or differences", name, i+1)
		}
		for _, line := range d.Differences {
			if seen[line] {
				return nil, fmt.Errorf("%s: %q stands there twice", name, line)
			}
			seen[line] = true
		}
	}
	return list, nil
}

func expand(lines []string) []string {
	var all []string
	for _, line := range lines {
		rest, every := strings.CutPrefix(line, "*")
		if !every {
			all = append(all, line)
			continue
		}
		for _, method := range operations {
			all = append(all, method+rest)
		}
	}
	return all
}

// A result sorts the differences into explained and unexplained ones; outdated explanations match nothing.
type result struct {
	explained             []deviation
	unexplained, outdated []string
}

func judge(found []difference, deviations []deviation) result {
	var r result
	known := map[string]bool{}
	for _, d := range deviations {
		matched := deviation{Reason: d.Reason}
		for _, line := range d.Differences {
			known[line] = true
			switch {
			case slices.ContainsFunc(found, func(f difference) bool { return f.String() == line }):
				matched.Differences = append(matched.Differences, line)
			case !slices.ContainsFunc(found, func(f difference) bool { return f.swallows(line) }):
				r.outdated = append(r.outdated, line)
			}
		}
		if len(matched.Differences) > 0 {
			r.explained = append(r.explained, matched)
		}
	}
	for _, f := range found {
		if !known[f.String()] {
			r.unexplained = append(r.unexplained, f.String())
		}
	}
	return r
}

// swallows reports whether what d says is gone held the place of another difference: an operation that was removed
// takes all that was known of it along, and one report is enough.
func (d difference) swallows(line string) bool {
	name, gone := strings.CutPrefix(d.what, "deleted ")
	place := strings.TrimSpace(d.where + " " + name)
	return gone && (strings.HasPrefix(line, place+" ") || strings.HasPrefix(line, place+": "))
}

func (r result) print(w io.Writer) {
	count := 0
	for _, d := range r.explained {
		count += len(d.Differences)
	}
	fmt.Fprintf(w, "%d known differences, explained in the list of deviations\n", count)
	for _, part := range []struct {
		title string
		lines []string
	}{
		{"New differences: what the published document says otherwise", r.unexplained},
		{"Outdated explanations: these differences are gone", r.outdated},
	} {
		if len(part.lines) > 0 {
			fmt.Fprintf(w, "%s\n  %s\n", part.title, strings.Join(part.lines, "\n  "))
		}
	}
	if len(r.unexplained)+len(r.outdated) == 0 {
		fmt.Fprintln(w, "Nothing is new.")
	}
}
