package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the versions of this command, of the API and of Go",
		Long: `Show the version of this command, the Graph API version that it asks for by
default, and the version of Go that built it.`,
		Example:           "  wagroups version\n  wagroups version --output json",
		Args:              arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseFlags(cmd, "quiet"); err != nil {
				return err
			}
			return a.show(versionResult{client.Version, client.DefaultAPIVersion, runtime.Version()})
		},
	}
}

type versionResult struct {
	Version    string `json:"version"`
	APIVersion string `json:"api_version"`
	GoVersion  string `json:"go_version"`
}

func (v versionResult) table(page) string {
	return fmt.Sprintf("wagroups %s, Graph API %s, %s\n", v.Version, v.APIVersion, v.GoVersion)
}

func (v versionResult) object() any { return v }
