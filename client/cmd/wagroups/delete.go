package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
)

func newDelete(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "delete ID",
		Short: "Delete a group",
		Long: `Delete a group and remove everybody from it, your business included. This cannot
be undone.

On a terminal the command shows the group's subject and number of members, and
asks first; elsewhere it needs --yes. WhatsApp accepts the deletion first and
carries it out later.`,
		Example: `  wagroups delete "$GROUP_ID"
  wagroups delete "$GROUP_ID" --yes`,
		Args:              arguments("ID"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !yes && (!isTerminal(a.in) || !isTerminal(a.err)) {
				return usageError(cmd, "cannot ask for confirmation without a terminal: add --yes")
			}
			c, err := a.client()
			if err != nil {
				return err
			}
			if !yes {
				if err := a.confirmDelete(cmd.Context(), c, args[0]); err != nil {
					return err
				}
			}
			return a.change(cmd.Context(), "deletes the group", func(ctx context.Context) (*client.Receipt, error) {
				return c.DeleteGroup(ctx, args[0])
			})
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	a.changeFlags(cmd)
	return cmd
}

// confirmDelete returns nil for a clear yes and an error for anything else.
func (a *app) confirmDelete(ctx context.Context, c *client.Client, id string) error {
	group, err := a.get(ctx, c, id, client.FieldSubject, client.FieldTotalParticipantCount)
	if err != nil {
		return err
	}
	text := "Subject: " + printable(group.Subject) + "\n"
	if group.Has(client.FieldTotalParticipantCount) {
		text += fmt.Sprintf("Members: %d\n", group.TotalParticipantCount)
	}
	_, _ = io.WriteString(a.err, text+"All of them are removed. This cannot be undone.\nDelete the group? [y/N] ")
	line, err := interruptible(ctx, func() (string, error) { return bufio.NewReader(a.in).ReadString('\n') })
	if err != nil {
		_, _ = fmt.Fprintln(a.err) // Enter was not pressed
		if ctx.Err() != nil {
			return err
		}
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return nil
	}
	return &failure{code: exitOther, text: "not deleted"}
}
