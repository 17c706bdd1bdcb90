package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// changes are the differences between two documents, each a line.
type changes struct{ breaking, other []string }

// String lists the breaking ones first.
func (c changes) String() string {
	var b strings.Builder
	for _, part := range []struct {
		title string
		lines []string
	}{{"Breaking changes", c.breaking}, {"Other changes", c.other}} {
		if len(part.lines) == 0 {
			part.lines = []string{"none"}
		}
		fmt.Fprintf(&b, "%s:\n  %s\n", part.title, strings.Join(part.lines, "\n  "))
	}
	return b.String()
}

// differences compares two documents. Prose and examples do not count: they bind nobody.
func differences(before, after string) (changes, error) {
	var c changes
	var was, is map[string]any
	for text, into := range map[*string]*map[string]any{&before: &was, &after: &is} {
		if err := yaml.Unmarshal([]byte(*text), into); err != nil {
			reason, _, _ := strings.Cut(err.Error(), "\n")
			return c, fmt.Errorf("%s is not YAML: %s", documentName, reason)
		}
	}
	c.compare(nil, was, is)
	slices.Sort(c.breaking)
	slices.Sort(c.other)
	return c, nil
}

var (
	prose = []string{"description", "summary", "title", "example", "examples", "tags", "contact", "license"}
	// A value that was good may be refused when one of these comes.
	restrictions = []string{
		"pattern", "minLength", "maxLength", "minItems", "maxItems", "minimum", "maximum", "required", "enum",
		"additionalProperties", "x-photo-limits", "security",
	}
)

func (c *changes) compare(path []string, was, is any) {
	last := ""
	if len(path) > 0 {
		last = path[len(path)-1]
	}
	// A property may be called description too.
	inProperties := len(path) > 1 && path[len(path)-2] == "properties"
	if slices.Contains(prose, last) && !inProperties {
		return
	}
	where := strings.Join(path, " ")
	switch wasMap, isMap := asMap(was), asMap(is); {
	case was == nil:
		restricts := slices.ContainsFunc(path[len(path)-1:], func(k string) bool {
			return slices.Contains(restrictions, k) && !inProperties
		}) || len(path) > 1 && path[len(path)-2] == "required"
		c.add(restricts, where+": added")
	case is == nil:
		c.add(true, where+": removed")
	case wasMap != nil && isMap != nil:
		for _, key := range slices.Sorted(maps.Keys(union(wasMap, isMap))) {
			c.compare(append(slices.Clone(path), key), wasMap[key], isMap[key])
		}
	case fmt.Sprint(was) != fmt.Sprint(is):
		// The version itself is what the bump is about.
		c.add(where != "info version" && !strings.HasPrefix(where, "components schemas APIVersion "),
			fmt.Sprintf("%s: %v instead of %v", where, is, was))
	}
}

func (c *changes) add(breaking bool, line string) {
	if strings.HasPrefix(line, "components schemas APIVersion enum ") {
		return // an alias of info.version
	}
	if breaking {
		c.breaking = append(c.breaking, line)
	} else {
		c.other = append(c.other, line)
	}
}

// asMap also makes a map of a list, whose order means nothing here, and nil of anything else.
func asMap(value any) map[string]any {
	switch value := value.(type) {
	case map[string]any:
		return value
	case []any:
		entries := map[string]any{}
		for _, entry := range value {
			key := fmt.Sprint(entry)
			if object, ok := entry.(map[string]any); ok {
				for _, name := range []string{"$ref", "name", "url"} {
					if text, ok := object[name].(string); ok {
						key = text
						break
					}
				}
			}
			entries[key] = entry
		}
		return entries
	}
	return nil
}

func union(a, b map[string]any) map[string]any {
	all := maps.Clone(a)
	maps.Copy(all, b)
	return all
}
