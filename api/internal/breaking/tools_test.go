//go:build oasdiff

package main

import (
	"os"
	"strings"
	"testing"
)

// This test needs oasdiff and apidiff, which are not a part of this module: make check-tools installs and names them.
func TestBreaking(t *testing.T) {
	oasdiff, apidiff := os.Getenv("OASDIFF"), os.Getenv("APIDIFF") //nolint:forbidigo // set by the Makefile
	if oasdiff == "" || apidiff == "" {
		t.Fatal("OASDIFF and APIDIFF do not name the programs")
	}
	shorter := strings.Replace(contractText, "maxLength: 128", "maxLength: 100", 1)
	another := strings.Replace(packageText, "id string", "id string, really bool", 1)
	const aboutContract = "The contract:\n  POST /g: the `subject` request property's maxLength was decreased to `100` " +
		"[request-property-max-length-decreased]\n"
	const aboutPackage = "Package client:\n  - Delete: changed from func(string) error to func(string, bool) error\n"
	for _, tt := range []struct {
		name, contract, source string
		code                   int
		want                   string
	}{
		{"nothing", contractText, packageText, 0, "Nothing that was there at HEAD breaks.\n"},
		{"additions", contractText + "  /h: {get: {responses: {'200': {description: ok}}}}\n",
			packageText + "\n// Get gets.\nfunc Get() {}\n", 0, "Nothing that was there at HEAD breaks.\n"},
		{"another version", strings.Replace(contractText, "v23.0", "v24.0", 1),
			strings.Replace(packageText, "v23.0", "v24.0", 1), 0, "Nothing that was there at HEAD breaks.\n"},
		{"a shorter text", shorter, packageText, 1, aboutContract},
		{"another signature", contractText, another, 1, aboutPackage},
		{"both", shorter, another, 1, aboutContract + aboutPackage},
		{"source that does not compile", contractText, "package client\n\nfunc {\n", 2, ""},
		{"a contract that is not YAML", "paths: [\n", packageText, 2, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := repository(t)
			put(t, root, contractName, tt.contract)
			put(t, root, "client/client.go", tt.source)
			var out, complaint strings.Builder
			code := run(t.Context(), root, []string{"-oasdiff", oasdiff, "-apidiff", apidiff, "HEAD"}, &out, &complaint)
			if code != tt.code || out.String() != tt.want || (code == 2) != (strings.Count(complaint.String(), "\n") == 1) {
				t.Errorf("code %d, want %d, printed\n%s\nwant\n%s\ncomplaint %q", code, tt.code, out.String(), tt.want,
					complaint.String())
			}
		})
	}
}
