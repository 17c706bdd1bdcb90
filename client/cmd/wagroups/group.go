package main

import (
	"fmt"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/wagroups/wagroups-go/client"
)

// groupResult shows a group. What the server did not send is left out of both forms.
type groupResult struct{ *client.Group }

func (g groupResult) table() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	row := func(f client.Field, name, text string) {
		if !g.Has(f) {
			return
		}
		for line := range strings.Lines(text + "\n") {
			_, _ = fmt.Fprintf(w, "%s\t%s\n", name, printable(strings.TrimRight(line, "\r\n")))
			name = ""
		}
	}
	suspended := "no"
	if g.Suspended {
		suspended = "yes"
	}
	row(client.FieldID, "Group", g.ID)
	row(client.FieldSubject, "Subject", g.Subject)
	row(client.FieldDescription, "Description", g.Description)
	row(client.FieldJoinApprovalMode, "Joining", string(g.JoinApprovalMode))
	row(client.FieldSuspended, "Suspended", suspended)
	row(client.FieldCreationTimestamp, "Created", g.CreatedAt.Format("2006-01-02 15:04:05 MST"))
	switch {
	case g.Has(client.FieldTotalParticipantCount):
		row(client.FieldTotalParticipantCount, "Participants", strconv.Itoa(g.TotalParticipantCount))
	default:
		row(client.FieldParticipants, "Participants", strconv.Itoa(len(g.Participants)))
	}
	_ = w.Flush() // a strings.Builder takes everything
	b.WriteString(participantLines(g.Participants))
	return b.String()
}

// participantLines has what is known of each person, a line each.
func participantLines(people []client.Participant) string {
	var b strings.Builder
	for _, p := range people {
		for _, known := range []struct{ label, text string }{
			{"", p.WaID}, {"@", p.Username}, {"user ", p.UserID}, {"parent user ", p.ParentUserID},
		} {
			if known.text != "" {
				b.WriteString("  " + known.label + printable(known.text))
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

func (g groupResult) object() any {
	out := groupJSON{
		ID:                    g.ID,
		Subject:               sent(g, client.FieldSubject, g.Subject),
		Description:           sent(g, client.FieldDescription, g.Description),
		JoinApprovalMode:      sent(g, client.FieldJoinApprovalMode, string(g.JoinApprovalMode)),
		Suspended:             sent(g, client.FieldSuspended, g.Suspended),
		CreationTimestamp:     sent(g, client.FieldCreationTimestamp, g.CreatedAt.Unix()),
		TotalParticipantCount: sent(g, client.FieldTotalParticipantCount, g.TotalParticipantCount),
	}
	if g.Has(client.FieldParticipants) {
		out.Participants = make([]participantJSON, len(g.Participants))
		for i, p := range g.Participants {
			out.Participants[i] = participantJSON(p)
		}
	}
	return out
}

// sent returns v, or nil when the server did not send the field.
func sent[T any](g groupResult, f client.Field, v T) *T {
	if !g.Has(f) {
		return nil
	}
	return &v
}

// groupJSON has Graph's names, and its values in the types of the reference.
type groupJSON struct {
	ID                    string            `json:"id"`
	Subject               *string           `json:"subject,omitempty"`
	Description           *string           `json:"description,omitempty"`
	JoinApprovalMode      *string           `json:"join_approval_mode,omitempty"`
	Suspended             *bool             `json:"suspended,omitempty"`
	CreationTimestamp     *int64            `json:"creation_timestamp,omitempty"`
	Participants          []participantJSON `json:"participants,omitzero"`
	TotalParticipantCount *int              `json:"total_participant_count,omitempty"`
}

type participantJSON struct {
	WaID         string `json:"wa_id,omitempty"`
	UserID       string `json:"user_id,omitempty"`
	ParentUserID string `json:"parent_user_id,omitempty"`
	Username     string `json:"username,omitempty"`
}
