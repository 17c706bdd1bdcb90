//go:build tools

// Pins the code generator in go.mod; see generate.go.
package wagroups

import _ "github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen"
