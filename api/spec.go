// Package api holds the contract of the three group operations: an OpenAPI 3.1 document, written by hand. The generated
// code, the fake server and the tests all start from it. A program that wants to talk to Graph imports package
// [github.com/wagroups/wagroups-go/client] instead.
package api

import (
	_ "embed"
	"regexp"
)

// Document is the OpenAPI document in YAML, openapi.yaml, as it stands in the repository. Treat it as read-only.
//
//go:embed openapi.yaml
var Document []byte

// Version returns the Graph API version that the document describes, its info.version: "v23.0", for example.
func Version() string {
	m := regexp.MustCompile(`(?m)^  version: &version (\S+)$`).FindSubmatch(Document)
	return string(m[1])
}
