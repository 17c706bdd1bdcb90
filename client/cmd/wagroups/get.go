package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
)

func newGet(a *app) *cobra.Command {
	var names []string
	cmd := &cobra.Command{
		Use:   "get ID",
		Short: "Show a group",
		Long: `Show a group: subject, description, how to join, participants.

The fields are id, subject, description, join_approval_mode, suspended,
creation_timestamp, participants and total_participant_count. One that the
server leaves out, such as the description of a group without one, is left out
here too. With --output json the fields have these names, and
creation_timestamp is in Unix seconds.`,
		Example: `  wagroups get "$GROUP_ID"
  wagroups get "$GROUP_ID" --fields subject,participants
  wagroups get "$GROUP_ID" --output json`,
		Args:              arguments("ID"),
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
			group, err := c.GetGroup(cmd.Context(), args[0], fields...)
			if err != nil {
				return err
			}
			return a.show(groupResult{group})
		},
	}
	cmd.Flags().StringSliceVar(&names, "fields", nil, "`fields` to ask for, separated by commas (default all)")
	_ = cmd.RegisterFlagCompletionFunc("fields", completeFields)
	return cmd
}

func groupFields() []client.Field {
	return []client.Field{
		client.FieldID, client.FieldSubject, client.FieldDescription, client.FieldJoinApprovalMode,
		client.FieldSuspended, client.FieldCreationTimestamp, client.FieldParticipants,
		client.FieldTotalParticipantCount,
	}
}

// completeFields completes the last name of a list, with those that are not in it yet.
func completeFields(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	var completions []cobra.Completion
	for _, f := range groupFields() {
		if !slices.Contains(strings.Split(before, ","), string(f)) {
			completions = append(completions, before+string(f))
		}
	}
	return completions, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}
