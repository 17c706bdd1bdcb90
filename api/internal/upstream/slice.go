package main

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// A document is an OpenAPI document as far as it matters here.
type document struct {
	OpenAPI    string                    `yaml:"openapi"`
	Info       map[string]any            `yaml:"info"`
	Paths      map[string]map[string]any `yaml:"paths"`
	Security   any                       `yaml:"security,omitempty"`
	Components map[string]map[string]any `yaml:"components,omitempty"`
}

// operations are the methods of the contract.
var operations = []string{"DELETE", "GET", "POST"}

// readDocument gives one line for whatever is wrong with a file.
func readDocument(name string) (*document, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", name, errors.Unwrap(err))
	}
	var whole map[string]any
	if err := yaml.Unmarshal(data, &whole); err != nil {
		reason, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:\n"), "\n")
		return nil, fmt.Errorf("%s is not a YAML document: %s", name, strings.TrimSpace(reason))
	}
	var doc document
	if err := yaml.Unmarshal(data, &doc); err != nil || !strings.HasPrefix(doc.OpenAPI, "3.") {
		return nil, fmt.Errorf("%s is not an OpenAPI 3 document", name)
	}
	return &doc, nil
}

// slice returns what a document says of one path: the path item and every component that it refers to, at any depth.
// Meta's document has hundreds of other paths, which are none of this project's concern.
func (d *document) slice(path string) (*document, bool) {
	item := d.pathLike(path)
	if item == nil {
		return nil, false
	}
	s := &document{
		OpenAPI: d.OpenAPI, Info: map[string]any{"title": "Groups", "version": "0"},
		Paths: map[string]map[string]any{path: d.secured(item)}, Components: map[string]map[string]any{},
	}
	s.take(d, item)
	if schemes := d.Components["securitySchemes"]; schemes != nil {
		s.Components["securitySchemes"] = schemes
	}
	return s, true
}

// secured writes the security of the whole document into each operation that has none of its own: it means the same.
func (d *document) secured(item map[string]any) map[string]any {
	item = maps.Clone(item)
	for _, method := range operations {
		name := strings.ToLower(method)
		op, ok := item[name].(map[string]any)
		if !ok || op["security"] != nil || d.Security == nil {
			continue
		}
		op = maps.Clone(op)
		op["security"] = d.Security
		item[name] = op
	}
	return item
}

// pathLike finds a path whatever its parameters are called, as HTTP does.
func (d *document) pathLike(path string) map[string]any {
	unnamed := func(p string) string { return regexp.MustCompile(`\{[^}]*\}`).ReplaceAllString(p, "{}") }
	if item, ok := d.Paths[path]; ok {
		return item
	}
	for name, item := range d.Paths {
		if unnamed(name) == unnamed(path) {
			return item
		}
	}
	return nil
}

// take copies the components that a value refers to.
func (d *document) take(from *document, value any) {
	switch value := value.(type) {
	case map[string]any:
		if ref, ok := value["$ref"].(string); ok {
			d.takeComponent(from, ref)
		}
		for _, inner := range value {
			d.take(from, inner)
		}
	case []any:
		for _, inner := range value {
			d.take(from, inner)
		}
	}
}

func (d *document) takeComponent(from *document, ref string) {
	parts := strings.Split(strings.TrimPrefix(ref, "#/components/"), "/")
	if len(parts) < 2 {
		return
	}
	kind, name := parts[0], parts[1]
	component, exists := from.Components[kind][name]
	if _, done := d.Components[kind][name]; done || !exists {
		return
	}
	if d.Components[kind] == nil {
		d.Components[kind] = map[string]any{}
	}
	d.Components[kind][name] = component
	d.take(from, component)
}
