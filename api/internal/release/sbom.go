package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"runtime/debug"
	"strings"
)

// object is one of JSON.
type object map[string]any

// sbom returns the bill of materials of a program of this module, with the licences of a table.
func sbom(program, table string) (string, error) {
	info, err := buildinfo.ReadFile(program)
	if err != nil {
		return "", err
	}
	data, err := os.ReadFile(program)
	if err != nil {
		return "", err
	}
	known, err := reviews(table)
	if err != nil {
		return "", err
	}
	bom, err := newBOM(info, data, known)
	if err != nil {
		return "", err
	}
	text, err := json.MarshalIndent(bom, "", "  ")
	return string(text) + "\n", err
}

// newBOM makes the part of CycloneDX 1.6 that is needed, from the modules that the linker wrote into a program. A time
// or a serial number would make each run's document another one.
func newBOM(info *debug.BuildInfo, data []byte, known map[string]review) (object, error) {
	program := object{
		"type": "application", "name": path.Base(info.Path), "version": info.Main.Version,
		"purl":     purl(&info.Main) + "#" + strings.TrimPrefix(info.Path, info.Main.Path+"/"),
		"licenses": []object{{"expression": "MIT"}}, // as LICENSE says
		"hashes":   []object{{"alg": "SHA-256", "content": fmt.Sprintf("%x", sha256.Sum256(data))}},
	}
	var libraries []object
	library := &debug.Module{Path: stdlib, Version: strings.TrimPrefix(info.GoVersion, "go")}
	for _, m := range append(info.Deps, library) {
		row, ok := known[m.Path]
		if !ok {
			return nil, fmt.Errorf("%s %s is not in %s: make check-imports says what to do", m.Path, m.Version, reviewedName)
		}
		libraries = append(libraries, object{
			"type": "library", "name": m.Path, "version": m.Version, "purl": purl(m),
			"licenses": []object{{"expression": row.licence}},
		})
	}
	return object{
		"bomFormat": "CycloneDX", "specVersion": "1.6",
		"metadata": object{"component": program}, "components": libraries,
	}, nil
}

// purl is the package URL of a module, whose rules want lower case.
func purl(m *debug.Module) string {
	return "pkg:golang/" + strings.ToLower(m.Path) + "@" + url.QueryEscape(m.Version)
}
