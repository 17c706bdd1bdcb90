package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
)

func newGet(a *app) *cobra.Command {
	names := words{ok: func(s string) bool { return s != "" }, must: "must name a field, such as subject"}
	l := list{app: a, concurrency: 8}
	cmd := &cobra.Command{
		Use:   "get ID...",
		Short: "Show one group or many",
		Long: `Show groups: subject, description, how to join, participants.

Several groups are read at the same time and shown in the order of their IDs,
separated by empty lines. With --output json each group is an object on one line
(JSON Lines). The ID "-" reads the IDs from the standard input, one on each line;
empty lines and comments after "#" are skipped.

If a group cannot be read, the others are still shown. The standard error names
the group by its position, never by its ID. If the server is not available, the
run slows down; it stops after half a minute without a response, or after
--timeout if that is shorter. It also stops if the token is refused or a quota is
used up. --failed writes the IDs of the groups that were not read to a file, for
another run with "get -".

The fields are id, subject, description, join_approval_mode, suspended,
creation_timestamp, participants and total_participant_count. A field that the
server omits, such as an empty description, is omitted here too.`,
		Example: `  wagroups get "$GROUP_ID"
  wagroups get "$GROUP_ID" --fields subject,participants
  wagroups get - --output json --failed failed.txt <ids.txt
  wagroups get - --output json --failed failed.txt <failed.txt`,
		Args:              idArguments,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, list := range names.list {
				for name := range strings.SplitSeq(list, ",") {
					l.fields = append(l.fields, client.Field(strings.TrimSpace(name)))
				}
			}
			var err error
			if l.client, err = a.client(); err != nil {
				return err
			}
			if len(args) > 1 || args[0] == "-" || l.failed != "" {
				return l.run(cmd.Context(), args)
			}
			group, err := a.get(cmd.Context(), l.client, args[0], l.fields...)
			if err != nil {
				return err
			}
			return a.show(group, groupTable(group))
		},
	}
	cmd.Flags().Var(&names, "fields", "fields to ask for, separated by commas (default all)")
	cmd.Flags().Var(&l.concurrency, "concurrency", fmt.Sprintf("groups to read at once, 1 to %d", maxConcurrency))
	cmd.Flags().StringVar(&l.failed, "failed", "", "file for the IDs of the groups that were not read")
	a.callFlags(cmd)
	a.outputFlag(cmd)
	withoutFiles(cmd, "concurrency")
	_ = cmd.RegisterFlagCompletionFunc("fields", completeFields)
	return cmd
}

// get reads one group within --timeout.
func (a *app) get(
	ctx context.Context, c *client.Client, id string, fields ...client.Field,
) (group *client.Group, err error) {
	err = a.within(ctx, func(ctx context.Context) (err error) {
		group, err = c.GetGroup(ctx, id, fields...)
		return err
	})
	return group, err
}

// idArguments accepts one ID or more, with "-" among them once at most.
func idArguments(cmd *cobra.Command, args []string) error {
	first := slices.Index(args, "-")
	switch {
	case len(args) == 0:
		return usageError(cmd, "ID missing")
	case first >= 0 && slices.Contains(args[first+1:], "-"):
		return usageError(cmd, "the standard input, -, can be named once only")
	}
	return nil
}

// completeFields completes the last name of a list, with those that are not in it yet.
func completeFields(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	before := typed[:strings.LastIndexByte(typed, ',')+1]
	var completions []cobra.Completion
	for _, f := range []client.Field{
		client.FieldID, client.FieldSubject, client.FieldDescription, client.FieldJoinApprovalMode,
		client.FieldSuspended, client.FieldCreationTimestamp, client.FieldParticipants,
		client.FieldTotalParticipantCount,
	} {
		if !slices.Contains(strings.Split(before, ","), string(f)) {
			completions = append(completions, before+string(f))
		}
	}
	return completions, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
}

// groupTable shows the fields that the server has sent.
func groupTable(g *client.Group) string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(f client.Field, label, text string) bool {
		if g.Has(f) {
			for line := range strings.Lines(text + "\n") {
				_, _ = fmt.Fprintf(w, "%s\t%s\n", label, printable(strings.TrimRight(line, "\r\n")))
				label = ""
			}
		}
		return g.Has(f)
	}
	row(client.FieldID, "Group", g.ID)
	row(client.FieldSubject, "Subject", g.Subject)
	row(client.FieldDescription, "Description", g.Description)
	row(client.FieldJoinApprovalMode, "Joining", string(g.JoinApprovalMode))
	row(client.FieldSuspended, "Suspended", map[bool]string{false: "no", true: "yes"}[g.Suspended])
	row(client.FieldCreationTimestamp, "Created", g.CreatedAt.Format("2006-01-02 15:04:05 MST"))
	if !row(client.FieldTotalParticipantCount, "Participants", strconv.Itoa(g.TotalParticipantCount)) {
		row(client.FieldParticipants, "Participants", strconv.Itoa(len(g.Participants)))
	}
	_ = w.Flush()
	for _, p := range g.Participants {
		b.WriteString(" ")
		for _, fact := range []struct{ label, text string }{
			{"", p.WaID}, {"@", p.Username}, {"user ", p.UserID}, {"parent user ", p.ParentUserID},
		} {
			if fact.text != "" {
				b.WriteString(" " + fact.label + printable(fact.text))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}
