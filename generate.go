// Package wagroups holds nothing but the commands that generate package gen and the control API of the fake. Programs
// import github.com/wagroups/wagroups-go/client.
package wagroups

//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config api/oapi-codegen.yaml api/openapi.yaml
//go:generate go run github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen -config client/fakegraph/internal/control/oapi-codegen.yaml client/fakegraph/internal/control/openapi.yaml
