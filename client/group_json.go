package client

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// groupResponse is a group on the wire, or the failure that may come in its place under a 2xx status. Its types read a
// value of any kind, so that the message about a wrong one is ours and costs no more than the value.
type groupResponse struct {
	ID                    literal         `json:"id"`
	Subject               literal         `json:"subject"`
	Description           literal         `json:"description"`
	JoinApprovalMode      literal         `json:"join_approval_mode"`
	Suspended             literal         `json:"suspended"`
	CreationTimestamp     literal         `json:"creation_timestamp"`
	Participants          json.RawMessage `json:"participants"`
	TotalParticipantCount literal         `json:"total_participant_count"`
	Success               literal         `json:"success"`
	failureMarks
}

// decode fills the group from a response's body.
func (g *Group) decode(body []byte) error {
	var in groupResponse
	if err := unmarshal(body, &in); err != nil {
		return err
	}
	if in.reported() || in.Success.isFalse() {
		return errReportedFailure
	}
	if in.ID == "" || in.ID == `""` {
		return errors.New("id: missing or empty")
	}
	return g.fill(&in, body)
}

// UnmarshalJSON reads a group in the form of [Group.MarshalJSON] or of Graph. Numbers may be quoted or have a fraction
// of zero, booleans may be quoted or 0 and 1, and the time may be an ISO 8601 date. Raw becomes a copy of b.
func (g *Group) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil // as encoding/json does
	}
	var in groupResponse
	err := unmarshal(b, &in)
	if err == nil {
		err = g.fill(&in, bytes.Clone(b))
	}
	if err != nil {
		return fmt.Errorf("wagroups: reading a group: %w", err)
	}
	return nil
}

func (g *Group) fill(in *groupResponse, raw []byte) error {
	*g = Group{Raw: raw}
	return cmp.Or(
		take(g, FieldID, in.ID, literal.text, &g.ID),
		take(g, FieldSubject, in.Subject, literal.text, &g.Subject),
		take(g, FieldDescription, in.Description, literal.text, &g.Description),
		take(g, FieldJoinApprovalMode, in.JoinApprovalMode, literal.text, (*string)(&g.JoinApprovalMode)),
		take(g, FieldSuspended, in.Suspended, literal.boolean, &g.Suspended),
		take(g, FieldCreationTimestamp, in.CreationTimestamp, literal.time, &g.CreatedAt),
		take(g, FieldTotalParticipantCount, in.TotalParticipantCount, literal.count, &g.TotalParticipantCount),
		g.takeParticipants(in.Participants),
	)
}

// take reads one field, if it came.
func take[T any](g *Group, f Field, in literal, read func(literal) (T, error), into *T) error {
	if in == "" {
		return nil
	}
	v, err := read(in)
	if err != nil {
		return fmt.Errorf("%s: %w", f, err)
	}
	*into = v
	g.has |= bitOf(f)
	return nil
}

// Graph lists 8 participants. These bounds leave room for many more, and keep a list of a million numbers or empty
// objects from taking a hundred times its length.
const (
	maxParticipants      = 8
	maxParticipantValues = 4096
	maxParticipantBytes  = 128 << 10
)

func (g *Group) takeParticipants(raw json.RawMessage) error {
	if !isPresent(raw) {
		return nil
	}
	if raw[0] != '[' {
		return fmt.Errorf("%s: expected an array, got %s", FieldParticipants, kindOf(raw[0]))
	}
	// Each value but the first of its list or object follows a comma.
	values := bytes.Count(raw, []byte(",")) + bytes.Count(raw, []byte("{")) + bytes.Count(raw, []byte("["))
	if len(raw) > maxParticipantBytes || values > maxParticipantValues {
		return fmt.Errorf("%s: more than %d values or %d KiB",
			FieldParticipants, maxParticipantValues, maxParticipantBytes>>10)
	}
	g.has |= bitOf(FieldParticipants)
	if g.takePlainParticipants(string(raw)) {
		return nil
	}
	var err error
	g.Participants, err = participantsOf(raw)
	return err
}

// takePlainParticipants reads a list as the reference shows it, which costs a fraction of what encoding/json takes. It
// leaves any other.
func (g *Group) takePlainParticipants(list string) bool {
	const begin, end = `{"wa_id":"`, `"}`
	all := make([]Participant, 0, maxParticipants) // most lists need not grow
	for separator := "["; list != "]"; separator = "," {
		id, ok := strings.CutPrefix(list, separator+begin)
		n := strings.IndexFunc(id, isNotAlphanumeric)
		if !ok || n < 0 || !strings.HasPrefix(id[n:], end) {
			return false
		}
		all = append(all, Participant{WaID: id[:n]})
		list = id[n+len(end):]
	}
	g.Participants = all
	return true
}

// participantsOf reads any other list, with numbers as IDs, too. Where it makes no sense the error says where.
func participantsOf(raw json.RawMessage) ([]Participant, error) {
	var in []participantResponse
	if json.Unmarshal(raw, &in) != nil {
		return nil, fmt.Errorf("%s: expected an array of objects", FieldParticipants)
	}
	all := make([]Participant, len(in))
	for i := range in {
		p := &all[i]
		for _, f := range []struct {
			name string
			in   literal
			into *string
		}{
			{"wa_id", in[i].WaID, &p.WaID}, {"user_id", in[i].UserID, &p.UserID},
			{"parent_user_id", in[i].ParentUserID, &p.ParentUserID}, {"username", in[i].Username, &p.Username},
		} {
			var err error
			if *f.into, err = f.in.id(); err != nil {
				return nil, fmt.Errorf("%s[%d].%s: %w", FieldParticipants, i, f.name, err)
			}
		}
	}
	return all, nil
}

type participantResponse struct {
	WaID         literal `json:"wa_id"`
	UserID       literal `json:"user_id"`
	ParentUserID literal `json:"parent_user_id"`
	Username     literal `json:"username"`
}

// MarshalJSON writes the group with Graph's names; see [Group].
func (g Group) MarshalJSON() ([]byte, error) {
	var out struct {
		ID                    *string           `json:"id,omitempty"`
		Subject               *string           `json:"subject,omitempty"`
		Description           *string           `json:"description,omitempty"`
		JoinApprovalMode      *JoinApprovalMode `json:"join_approval_mode,omitempty"`
		Suspended             *bool             `json:"suspended,omitempty"`
		CreationTimestamp     *int64            `json:"creation_timestamp,omitempty"`
		Participants          *[]Participant    `json:"participants,omitempty"`
		TotalParticipantCount *int              `json:"total_participant_count,omitempty"`
	}
	put(&g, FieldID, &out.ID, &g.ID)
	put(&g, FieldSubject, &out.Subject, &g.Subject)
	put(&g, FieldDescription, &out.Description, &g.Description)
	put(&g, FieldJoinApprovalMode, &out.JoinApprovalMode, &g.JoinApprovalMode)
	put(&g, FieldSuspended, &out.Suspended, &g.Suspended)
	put(&g, FieldTotalParticipantCount, &out.TotalParticipantCount, &g.TotalParticipantCount)
	if g.Has(FieldCreationTimestamp) || !g.CreatedAt.IsZero() {
		out.CreationTimestamp = new(g.CreatedAt.Unix())
	}
	if g.Has(FieldParticipants) || g.Participants != nil {
		out.Participants = new(append([]Participant{}, g.Participants...)) // [] rather than null
	}
	return json.Marshal(out)
}

func put[T comparable](g *Group, f Field, out **T, value *T) {
	var zero T
	if g.Has(f) || *value != zero {
		*out = value
	}
}
