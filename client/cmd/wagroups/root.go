package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
)

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "wagroups",
		Short: "Read, change and delete WhatsApp groups",
		Long: `Read, change and delete WhatsApp groups through Meta's Graph API.

Environment:
  WHATSAPP_ACCESS_TOKEN  the access token; get, update, photo and delete need it
  WHATSAPP_APP_SECRET    the app secret, if the app requires proofs; listen and
                         fake --webhook need it
  WHATSAPP_VERIFY_TOKEN  the verify token of webhooks; listen needs it
  WAGROUPS_BASE_URL      the server, unless --base-url names one

Exit codes:
  0  done; for a change: accepted
  1  any other failure, or interrupted before anything could change
  2  the command line, an argument or a file is wrong; nothing was sent
  3  there is no such group
  4  the token is missing or refused, or may not do this
  5  a quota is used up
  6  no connection, or the server is not available; safe to run again
  7  a change may have been carried out, whole or in part: read the group
     before you run it again
With several groups: the code that all failures have in common, else 1.`,
		Example: `  wagroups demo
  wagroups get "$GROUP_ID"
  wagroups update "$GROUP_ID" --subject 'Allotment Neighbours'`,
		Version:           client.Version,
		SilenceErrors:     true,
		SilenceUsage:      true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error { a.started = true; return emptyFlag(cmd) },
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetVersionTemplate(versions().table())
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(newGet(a), newUpdate(a), newPhoto(a), newDelete(a))
	root.AddCommand(newListen(a), newFake(a), newDemo(a), newVersion(a))
	addCobraCommands(root)
	return root
}

// addCobraCommands adds help and completion now, not when the command runs, to make them strict: cobra's own take any
// argument and exit with 0.
func addCobraCommands(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Example = "  wagroups help photo"
			cmd.Args = func(_ *cobra.Command, args []string) error {
				if _, _, err := root.Find(args); err != nil {
					return unknownCommand(root, args)
				}
				return nil
			}
		case "completion":
			cmd.Example = "  source <(wagroups completion bash)"
			cmd.Args = cobra.ArbitraryArgs
			cmd.RunE = func(cmd *cobra.Command, _ []string) error {
				return usageError(cmd, "name a shell: bash, fish, powershell or zsh")
			}
			for _, shell := range cmd.Commands() {
				shell.Args = arguments()
			}
		}
	}
}

// callFlags are those of the commands that call a server.
func (a *app) callFlags(cmd *cobra.Command) {
	a.timeout = defaultTimeout
	flags := cmd.Flags()
	flags.StringVar(&a.baseURL, "base-url", "", "URL of the server: https, or http on this machine")
	flags.StringVar(&a.apiVersion, "api-version", client.DefaultAPIVersion, "Graph API version")
	flags.Var(&a.timeout, "timeout", "time for a call, retries and waits included, such as 30s; 0 is no limit")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log each request on the standard error, without IDs and secrets")
	withoutFiles(cmd, "base-url", "api-version", "timeout")
}

func (a *app) outputFlag(cmd *cobra.Command) {
	cmd.Flags().VarP(&a.format, "output", "o", "form of the output, table or json")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]cobra.Completion{string(formatTable), string(formatJSON)}, cobra.ShellCompDirectiveNoFileComp))
}

// withoutFiles keeps the shell from completing the values of flags with the names of files.
func withoutFiles(cmd *cobra.Command, flags ...string) {
	for _, name := range flags {
		_ = cmd.RegisterFlagCompletionFunc(name, cobra.NoFileCompletions)
	}
}

func newVersion(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show the versions of this command, of the API and of Go",
		Long: `Show the version of this command, the Graph API version that it asks for by
default, and the version of Go that built it.`,
		Example:           "  wagroups version\n  wagroups version --output json",
		Args:              arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(*cobra.Command, []string) error { return a.show(versions(), versions().table()) },
	}
	a.outputFlag(cmd)
	return cmd
}

type versionInfo struct {
	Version    string `json:"version"`
	APIVersion string `json:"api_version"`
	GoVersion  string `json:"go_version"`
}

func versions() versionInfo {
	return versionInfo{client.Version, client.DefaultAPIVersion, runtime.Version()}
}

func (v versionInfo) table() string {
	return fmt.Sprintf("wagroups %s, Graph API %s, %s\n", v.Version, v.APIVersion, v.GoVersion)
}
