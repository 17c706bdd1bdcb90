package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wagroups/wagroups-go/client"
)

const defaultTimeout = 2 * time.Minute

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "wagroups",
		Short: "Read, change and delete WhatsApp groups",
		Long: `Read, change and delete WhatsApp groups through Meta's Graph API.

Environment:
  WHATSAPP_ACCESS_TOKEN  the access token; get, update, photo and delete need it
  WHATSAPP_APP_SECRET    the app secret, if the app requires proofs
  WAGROUPS_BASE_URL      the server, unless --base-url names one
  NO_COLOR               if not empty: no colour, no bold; as with TERM=dumb
  COLUMNS                the width of a terminal, in place of its own

Exit codes:
  0  done; for a change: accepted
  1  any other failure, or interrupted before anything could change
  2  the command line, an argument or a file is wrong; nothing was sent
  3  there is no such group
  4  the token is missing or refused, or may not do this
  5  a quota is used up
  6  no answer, no connection, or trouble at the server: a change may have been carried out
For several groups it is the code that all failures share, else 1.`,
		Example: `  wagroups demo
  wagroups get "$GROUP_ID"
  wagroups update "$GROUP_ID" --subject 'Allotment Neighbours'`,
		SilenceErrors:      true,
		SilenceUsage:       true,
		DisableSuggestions: true, // they repeat what was typed; the usage lists the commands anyway
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.started = true
			if a.quiet && a.verbose {
				return usageError("--quiet and --verbose exclude each other")
			}
			// Not the flag's default, which the usage shows: the URL may hold a password.
			if url := a.getenv(envBaseURL); url != "" && !cmd.Flags().Changed("base-url") {
				a.baseURL = url
			}
			return nil
		},
	}
	root.SetIn(a.In)
	root.SetOut(a.Out)
	root.SetErr(a.Err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })

	flags := root.PersistentFlags()
	flags.VarP(&a.output, "output", "o", "`form` of the output, table or json")
	_ = root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(
		[]cobra.Completion{string(formatTable), string(formatJSON)}, cobra.ShellCompDirectiveNoFileComp))
	flags.StringVar(&a.baseURL, "base-url", client.DefaultBaseURL,
		"`URL` of the server: https, or http on this machine")
	flags.StringVar(&a.apiVersion, "api-version", client.DefaultAPIVersion, "Graph API `version`")
	flags.DurationVar(&a.timeout, "timeout", defaultTimeout, "`time` for a call, retries included; 0 is no limit")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "no confirmations, unless as JSON, and no progress bar")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "log each request on the standard error, without ids and secrets")

	root.AddCommand(newGet(a), newUpdate(a), newPhoto(a), newDelete(a), newFake(a), newDemo(a), newVersion(a))
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
					return errUnknownCommand()
				}
				return nil
			}
		case "completion":
			cmd.Example = "  source <(wagroups completion bash)"
			cmd.Args = cobra.ArbitraryArgs
			cmd.RunE = func(*cobra.Command, []string) error {
				return usageError("name a shell: bash, fish, powershell or zsh")
			}
		}
	}
}

func errUnknownCommand() error { return usageError("there is no such command") }

// commandLineError makes a failure of what cobra has against a command line. Its own texts repeat arguments, and one of
// those may be a group id.
func commandLineError(err error) error {
	if _, ok := errors.AsType[*failure](err); ok {
		return err
	}
	// Flags and arguments are checked by functions of ours, so what remains is the name of the command.
	return errUnknownCommand()
}

func flagError(err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		flag := invalid.GetFlag()
		return usageError("--%s: the value must be a %s", flag.Name, flag.Value.Type())
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		if unknown.GetSpecifiedShortnames() != "" {
			return usageError("unknown flag -%s", unknown.GetSpecifiedName())
		}
		return usageError("unknown flag --%s", unknown.GetSpecifiedName())
	}
	return usageError("%v", err)
}

// arguments accepts exactly the named arguments.
func arguments(names ...string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usageError("%s missing", strings.Join(names[len(args):], " and "))
		case len(names) == 0 && len(args) > 0:
			return usageError("takes no arguments")
		case len(args) > len(names):
			return usageError("too many arguments; only %s expected", strings.Join(names, " and "))
		}
		return nil
	}
}

// refuseFlags keeps a command that calls no server of the user's from ignoring what it was told about one, or by flags
// of the names in also.
func refuseFlags(cmd *cobra.Command, also ...string) error {
	for _, name := range append([]string{"base-url", "api-version", "timeout", "verbose"}, also...) {
		if cmd.Flags().Changed(name) {
			return usageError("--%s does not apply to %s", name, cmd.Name())
		}
	}
	return nil
}

// usageError is a mistake in the command line, after which the usage is shown.
func usageError(format string, args ...any) error {
	return &failure{code: exitUsage, showUsage: true, text: fmt.Sprintf(format, args...)}
}
