package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
)

func newGet(a *app) *cobra.Command {
	var names []string
	limit := concurrency(defaultConcurrency)
	cmd := &cobra.Command{
		Use:   "get ID...",
		Short: "Show one group or many",
		Long: `Show groups: subject, description, how to join, participants.

Several groups are read at once and shown in the order of their ids, each as
soon as it and all before it are there: with an empty line between two or, with
--output json, each as an object on a line of its own (JSON Lines). The ID "-"
stands for those on the standard input, one on each line; empty lines are
skipped.

A group that cannot be read does not keep the others from being shown. The
standard error names it by its position, never by its id. When the token is
refused or a quota is used up, no further group is tried.

The fields are id, subject, description, join_approval_mode, suspended,
creation_timestamp, participants and total_participant_count. One that the
server leaves out, such as the description of a group without one, is left out
here too. With --output json the fields have these names, and
creation_timestamp is in Unix seconds.`,
		Example: `  wagroups get "$GROUP_ID"
  wagroups get "$GROUP_ID" --fields subject,participants
  wagroups get "$GROUP_ID" --output json
  wagroups get --output json --concurrency 4 - <ids.txt`,
		Args:              idArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("fields") && len(names) == 0 {
				return usageError("--fields: no field named")
			}
			c, err := a.client()
			if err != nil {
				return err
			}
			fields := make([]client.Field, len(names))
			for i, name := range names {
				fields[i] = client.Field(strings.TrimSpace(name))
			}
			if len(args) > 1 || args[0] == "-" {
				return a.getList(cmd.Context(), c, &idList{args: args, in: a.In}, fields, int(limit))
			}
			group, err := c.GetGroup(cmd.Context(), args[0], fields...)
			if err != nil {
				return err
			}
			return a.show(groupResult{group})
		},
	}
	cmd.Flags().StringSliceVar(&names, "fields", nil, "`fields` to ask for, separated by commas (default all)")
	_ = cmd.RegisterFlagCompletionFunc("fields", completeFields)
	cmd.Flags().Var(&limit, "concurrency", fmt.Sprintf("`number` of groups to read at once, 1 to %d", maxConcurrency))
	_ = cmd.RegisterFlagCompletionFunc("concurrency", cobra.NoFileCompletions)
	return cmd
}

// idArguments accepts one id or more, with "-" among them once at most.
func idArguments(_ *cobra.Command, args []string) error {
	isStdin := func(arg string) bool { return arg == "-" }
	switch first := slices.IndexFunc(args, isStdin); {
	case len(args) == 0:
		return usageError("ID missing")
	case first >= 0 && slices.ContainsFunc(args[first+1:], isStdin):
		return usageError("the standard input, -, can be named once only")
	}
	return nil
}

// fieldNames are what --fields takes.
func fieldNames() []string {
	fields := []client.Field{
		client.FieldID, client.FieldSubject, client.FieldDescription, client.FieldJoinApprovalMode,
		client.FieldSuspended, client.FieldCreationTimestamp, client.FieldParticipants,
		client.FieldTotalParticipantCount,
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = string(f)
	}
	return names
}

// completeFields completes the last name of a list, with those that are not in it yet.
func completeFields(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	var completions []cobra.Completion
	for _, name := range fieldNames() {
		if !slices.Contains(strings.Split(before, ","), name) {
			completions = append(completions, before+name)
		}
	}
	return completions, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}
