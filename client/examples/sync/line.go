package main

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

// line is one line of the output: the id that was asked for, and then either the group or why there is none.
type line struct {
	ID string `json:"id"`
	*metadata
	Error string `json:"error,omitempty"`
}

// metadata is what stands in the line of a group. What the server did not send is left out or zero.
type metadata struct {
	Subject               string                  `json:"subject,omitempty"`
	Description           string                  `json:"description,omitempty"`
	JoinApprovalMode      client.JoinApprovalMode `json:"join_approval_mode,omitempty"`
	Suspended             bool                    `json:"suspended"`
	CreatedAt             time.Time               `json:"created_at,omitzero"`
	Participants          []client.Participant    `json:"participants,omitempty"`
	TotalParticipantCount int                     `json:"total_participant_count"`
}

func lineOf(id string, g *client.Group) line {
	return line{ID: id, metadata: &metadata{
		Subject:               g.Subject,
		Description:           g.Description,
		JoinApprovalMode:      g.JoinApprovalMode,
		Suspended:             g.Suspended,
		CreatedAt:             g.CreatedAt,
		Participants:          g.Participants,
		TotalParticipantCount: g.TotalParticipantCount,
	}}
}

// encode returns the line with its newline, which is the only one: within texts JSON escapes them.
func (l line) encode() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(l); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
