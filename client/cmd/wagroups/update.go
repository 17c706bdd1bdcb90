package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
)

func newUpdate(a *app) *cobra.Command {
	var subject, description string
	cmd := &cobra.Command{
		Use:   "update ID [--subject TEXT] [--description TEXT]",
		Short: "Change a group's subject or description",
		Long: `Change a group's subject, its description or both. A setting that is not given
stays unchanged. An empty description removes the old one.

WhatsApp accepts the change first and applies it later; a webhook that carries
the request ID reports the outcome.`,
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
				return usageError(cmd, "nothing to change: give --subject, --description or both")
			}
			c, err := a.client()
			if err != nil {
				return err
			}
			return a.change(cmd.Context(), "applies the change", func(ctx context.Context) (*client.Receipt, error) {
				return c.UpdateGroup(ctx, args[0], u)
			})
		},
	}
	cmd.Flags().StringVar(&subject, "subject", "", "new subject, 1 to 128 characters")
	cmd.Flags().StringVar(&description, "description", "", "new description, at most 2048 characters; empty removes it")
	withoutFiles(cmd, "subject", "description")
	a.changeFlags(cmd)
	return cmd
}

// changeFlags are those of the commands that change a group.
func (a *app) changeFlags(cmd *cobra.Command) {
	a.callFlags(cmd)
	a.outputFlag(cmd)
	cmd.Flags().BoolVarP(&a.quiet, "quiet", "q", false, "no confirmation, unless as JSON, and no progress bar")
}

// change makes one change within --timeout and shows that it was accepted.
func (a *app) change(ctx context.Context, later string, call func(context.Context) (*client.Receipt, error)) error {
	var receipt *client.Receipt
	err := a.within(ctx, func(ctx context.Context) (err error) {
		receipt, err = call(ctx)
		return err
	})
	if err != nil {
		return err
	}
	if a.quiet && a.format == formatTable {
		return nil
	}
	text := "Accepted. WhatsApp " + later + " later"
	if receipt.RequestID != "" {
		text += "; request ID " + printable(receipt.RequestID)
	}
	text += ".\n"
	if receipt.Repeated {
		text += "The response to the first request was lost; at the second the group was gone.\n"
	}
	err = a.show(struct {
		Accepted  bool   `json:"accepted"`
		RequestID string `json:"request_id,omitempty"`
		Repeated  bool   `json:"repeated"`
	}{true, receipt.RequestID, receipt.Repeated}, text)
	if err != nil {
		return &failure{code: exitOther, text: "the change was accepted, but the command " + err.Error()}
	}
	return nil
}
