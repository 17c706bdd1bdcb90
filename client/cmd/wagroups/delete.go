package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

func newDelete(a *app) *cobra.Command {
	var yes bool
	cmd := &cobra.Command{
		Use:   "delete ID",
		Short: "Delete a group",
		Long: `Delete a group and remove everybody from it, your business included. This cannot
be undone.

On a terminal the command asks first; elsewhere it needs --yes. WhatsApp accepts
the deletion first and carries it out later.`,
		Example: `  wagroups delete "$GROUP_ID"
  wagroups delete "$GROUP_ID" --yes`,
		Args:              arguments("ID"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			canAsk := a.IsTerminal(a.In) && a.IsTerminal(a.Err)
			if !yes && !canAsk {
				return usageError("there is no terminal to ask on whether to delete the group: add --yes")
			}
			c, err := a.client()
			if err != nil {
				return err
			}
			if !yes {
				if err := a.confirmDelete(cmd.Context()); err != nil {
					return err
				}
			}
			receipt, err := c.DeleteGroup(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return a.showReceipt(receipt, "deletes the group")
		},
	}
	cmd.Flags().BoolVarP(&yes, "yes", "y", false, "do not ask")
	return cmd
}

// confirmDelete returns nil for a clear yes and an error for anything else.
func (a *app) confirmDelete(ctx context.Context) error {
	_, _ = fmt.Fprint(a.Err, "This deletes the group and removes everybody from it, your business included.\n"+
		"It cannot be undone. Delete it? [y/N] ")
	line, err := bufio.NewReader(interruptible{ctx, a.In}).ReadString('\n')
	if err != nil {
		_, _ = fmt.Fprintln(a.Err) // nobody has pressed Enter
		if !errors.Is(err, io.EOF) {
			return err
		}
	}
	switch strings.ToLower(strings.TrimSpace(line)) {
	case "y", "yes":
		return nil
	}
	return &failure{code: exitOther, text: "not deleted"}
}
