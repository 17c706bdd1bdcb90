package main

import (
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
)

func TestSBOM(t *testing.T) {
	t.Chdir(smallModule(t, map[string]string{"LICENSE": mitText, "linked/LICENSE": iscText}))
	if _, err := goCommand(t.Context(), ".", "/", "build", "-buildvcs=false", "-o", "program", "."); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile("program")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := writeSBOM(t.Context(), &out, "program"); err != nil {
		t.Fatal(err)
	}
	version := strings.TrimPrefix(runtime.Version(), "go")
	want := fmt.Sprintf(`{
		"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
		"metadata": {"component": {"type": "application", "bom-ref": "pkg:golang/example.com/small@%%28devel%%29",
			"name": "small", "version": "(devel)", "hashes": [{"alg": "SHA-256", "content": "%x"}],
			"licenses": [{"expression": "MIT"}],
			"purl": "pkg:golang/example.com/small@%%28devel%%29"}},
		"components": [
			{"type": "library", "bom-ref": "pkg:golang/example.com/dep@v0.0.0", "name": "example.com/dep", "version": "v0.0.0",
				"licenses": [{"expression": "ISC AND MIT"}], "purl": "pkg:golang/example.com/dep@v0.0.0"},
			{"type": "library", "bom-ref": "pkg:golang/stdlib@%[2]s", "name": "stdlib", "version": "%[2]s",
				"licenses": [{"expression": "BSD-3-Clause"}], "purl": "pkg:golang/stdlib@%[2]s"}],
		"dependencies": [{"ref": "pkg:golang/example.com/small@%%28devel%%29",
			"dependsOn": ["pkg:golang/example.com/dep@v0.0.0", "pkg:golang/stdlib@%[2]s"]}]
	}`, sha256.Sum256(data), version)
	if strings.Join(strings.Fields(out.String()), "") != strings.Join(strings.Fields(want), "") {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

// A document would name licences of modules that are not in the program.
func TestSBOMOfAnotherTree(t *testing.T) {
	linked := []module{{path: "example.com/a", version: "v1.0.0"}, {path: standardLibrary, version: "1.26.8"}}
	for _, tt := range []struct{ goVersion, path, version, want string }{
		{"go1.26.8", "example.com/a", "v1.0.0", "<nil>"},
		{"go1.26.7", "example.com/a", "v1.0.0", "was built from other modules than those of this tree: " +
			"[example.com/a v1.0.0 stdlib 1.26.7] instead of [example.com/a v1.0.0 stdlib 1.26.8]"},
		{"go1.26.8", "example.com/a", "v1.0.1", "was built from other modules than those of this tree: " +
			"[example.com/a v1.0.1 stdlib 1.26.8] instead of [example.com/a v1.0.0 stdlib 1.26.8]"},
		{"go1.26.8", "example.com/b", "v1.0.0", "was built from other modules than those of this tree: " +
			"[example.com/b v1.0.0 stdlib 1.26.8] instead of [example.com/a v1.0.0 stdlib 1.26.8]"},
	} {
		info := &buildinfo.BuildInfo{GoVersion: tt.goVersion}
		info.Deps = append(info.Deps, &debug.Module{Path: tt.path, Version: tt.version})
		if got := fmt.Sprint(sameModules(info, linked)); got != tt.want {
			t.Errorf("got %s, want %s", got, tt.want)
		}
	}
}

func TestComponent(t *testing.T) {
	got := newComponent("library", "example.com/a/v2", "v2.0.0+incompatible").URL
	if want := "pkg:golang/example.com/a/v2@v2.0.0%2Bincompatible"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
