package main

import (
	"encoding/json"
	"os"
	"runtime/debug"
	"strings"
	"testing"
)

func TestSBOM(t *testing.T) {
	info := &debug.BuildInfo{GoVersion: "go1.26.8", Path: "example.com/Own/cmd/program"}
	info.Main = debug.Module{Path: "example.com/Own", Version: "v1.0.0+dirty"}
	info.Deps = []*debug.Module{{Path: "example.com/a/v2", Version: "v2.1.0"}}
	known := map[string]review{"example.com/a/v2": {"", "ISC AND MIT"}, "stdlib": {"", "BSD-3-Clause"}}
	bom, err := newBOM(info, []byte("A"), known)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(bom)
	want := `{"bomFormat":"CycloneDX","components":[{"licenses":[{"expression":"ISC AND MIT"}],"name":"example.com/a/v2",` +
		`"purl":"pkg:golang/example.com/a/v2@v2.1.0","type":"library","version":"v2.1.0"},` +
		`{"licenses":[{"expression":"BSD-3-Clause"}],"name":"stdlib","purl":"pkg:golang/stdlib@1.26.8",` +
		`"type":"library","version":"1.26.8"}],"metadata":{"component":{"hashes":[{"alg":"SHA-256",` +
		`"content":"559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"}],` +
		`"licenses":[{"expression":"MIT"}],"name":"program","purl":"pkg:golang/example.com/own@v1.0.0%2Bdirty#cmd/program",` +
		`"type":"application","version":"v1.0.0+dirty"}},"specVersion":"1.6"}`
	if err != nil || string(got) != want {
		t.Errorf("%v, got\n%s\nwant\n%s", err, got, want)
	}
	delete(known, "example.com/a/v2")
	_, err = newBOM(info, nil, known)
	const refusal = "example.com/a/v2 v2.1.0 is not in api/internal/release/licences.txt: make check-imports says what to do"
	if err == nil || err.Error() != refusal {
		t.Errorf("a module without a licence: %v", err)
	}
}

func TestSBOMOfProgram(t *testing.T) {
	program, err := os.Executable() // the test itself
	if err != nil {
		t.Fatal(err)
	}
	if text, err := sbom(program, reviewed); err != nil || !strings.Contains(text, `"pkg:golang/github.com/google/uuid@v`) {
		t.Errorf("%v, %s", err, text)
	}
}
