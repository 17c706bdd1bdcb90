package main

import (
	"strconv"
	"strings"

	"github.com/wagroups/wagroups-go/client"
)

// groupResult shows a group. What the server did not send is left out of both forms.
type groupResult struct{ *client.Group }

func (g groupResult) table(p page) string {
	var rows []row
	add := func(f client.Field, label, text string) {
		if g.Has(f) {
			// An id in pieces could not be copied.
			rows = append(rows, row{label: label, text: text, whole: f == client.FieldID})
		}
	}
	suspended := "no"
	if g.Suspended {
		suspended = "yes"
	}
	add(client.FieldID, "Group", g.ID)
	add(client.FieldSubject, "Subject", g.Subject)
	add(client.FieldDescription, "Description", g.Description)
	add(client.FieldJoinApprovalMode, "Joining", string(g.JoinApprovalMode))
	add(client.FieldSuspended, "Suspended", suspended)
	add(client.FieldCreationTimestamp, "Created", g.CreatedAt.Format("2006-01-02 15:04:05 MST"))
	switch {
	case g.Has(client.FieldTotalParticipantCount):
		add(client.FieldTotalParticipantCount, "Participants", strconv.Itoa(g.TotalParticipantCount))
	default:
		add(client.FieldParticipants, "Participants", strconv.Itoa(len(g.Participants)))
	}
	return p.rows(rows) + participantLines(p, g.Participants)
}

// participantLines has what is known of each person, a line each where there is room.
func participantLines(p page, people []client.Participant) string {
	var b strings.Builder
	for _, person := range people {
		var known []string
		for _, fact := range []struct{ label, text string }{
			{"", person.WaID}, {"@", person.Username}, {"user ", person.UserID}, {"parent user ", person.ParentUserID},
		} {
			if fact.text != "" {
				known = append(known, fact.label+printable(fact.text))
			}
		}
		indent := "  "
		for _, part := range p.wrap(strings.Join(known, "  "), 2*len(indent)) {
			b.WriteString(strings.TrimRight(indent+part, " ") + "\n")
			indent = "    "
		}
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
