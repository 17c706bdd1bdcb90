// Package wagroups holds nothing but the command that generates package gen. Programs import
// github.com/wagroups/wagroups-go/client.
package wagroups

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config api/oapi-codegen.yaml api/openapi.yaml
