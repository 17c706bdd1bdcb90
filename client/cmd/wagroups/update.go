package main

import (
	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
)

func newUpdate(a *app) *cobra.Command {
	var subject, description string
	cmd := &cobra.Command{
		Use:   "update ID [--subject TEXT] [--description TEXT]",
		Short: "Change a group's subject or description",
		Long: `Change a group's subject, its description or both. What is not named stays as it
is; an empty description removes the description.

WhatsApp accepts the change first and applies it later; a webhook that carries
the request id reports the outcome.`,
		Example: `  wagroups update "$GROUP_ID" --subject 'Allotment Neighbours'
  wagroups update "$GROUP_ID" --description ''`,
		Args:                  arguments("ID"),
		ValidArgsFunction:     cobra.NoFileCompletions,
		DisableFlagsInUseLine: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			var u client.GroupUpdate
			if cmd.Flags().Changed("subject") {
				u.Subject = &subject
			}
			if cmd.Flags().Changed("description") {
				u.Description = &description
			}
			if u.Subject == nil && u.Description == nil {
				return usageError("nothing to change: give --subject, --description or both")
			}
			c, err := a.client()
			if err != nil {
				return err
			}
			receipt, err := c.UpdateGroup(cmd.Context(), args[0], u)
			if err != nil {
				return err
			}
			return a.showReceipt(receipt, "applies the change")
		},
	}
	cmd.Flags().StringVar(&subject, "subject", "", "new subject, 1 to 128 characters")
	cmd.Flags().StringVar(&description, "description", "", "new description, at most 2048 characters; empty removes it")
	return cmd
}
