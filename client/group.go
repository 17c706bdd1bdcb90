package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/wagroups/wagroups-go/gen"
)

// Field names a field of a group that [Client.GetGroup] can ask for, in Graph's spelling: Field("subject") is
// [FieldSubject].
type Field string

// The fields of a group: id, subject, description, join_approval_mode, suspended, creation_timestamp, participants and
// total_participant_count. Each fills the field of [Group] with the same name; creation_timestamp fills CreatedAt. The
// id comes even when it was not asked for.
const (
	FieldID                    = Field(gen.FieldID)
	FieldSubject               = Field(gen.FieldSubject)
	FieldDescription           = Field(gen.FieldDescription)
	FieldJoinApprovalMode      = Field(gen.FieldJoinApprovalMode)
	FieldSuspended             = Field(gen.FieldSuspended)
	FieldCreationTimestamp     = Field(gen.FieldCreationTimestamp)
	FieldParticipants          = Field(gen.FieldParticipants)
	FieldTotalParticipantCount = Field(gen.FieldTotalParticipantCount)
)

// allFields is what GetGroup asks for by default: without a list Graph sends the id only.
var allFields = gen.Fields{
	gen.FieldSubject, gen.FieldDescription, gen.FieldJoinApprovalMode, gen.FieldSuspended,
	gen.FieldCreationTimestamp, gen.FieldParticipants, gen.FieldTotalParticipantCount,
}

// JoinApprovalMode says how somebody with the invite link joins. It is open: a value that this version does not know is
// kept as it came.
type JoinApprovalMode string

// The documented values of a [JoinApprovalMode].
const (
	// JoinApprovalRequired is "approval_required": an administrator has to approve each request to join.
	JoinApprovalRequired = JoinApprovalMode(gen.JoinApprovalModeApprovalRequired)
	// JoinAutoApprove is "auto_approve": whoever has the link joins at once.
	JoinAutoApprove = JoinApprovalMode(gen.JoinApprovalModeAutoApprove)
)

// Known reports whether m is one of the documented values. It is false for the zero value, which means that the answer
// did not say.
func (m JoinApprovalMode) Known() bool { return gen.JoinApprovalMode(m).Valid() }

// Group is the metadata of one group. A field that was not asked for, or that the server left out, has its zero value;
// [Group.Has] tells it from one that came.
type Group struct {
	// ID is the group's id, opaque. It encodes the business phone number, so it does not belong in logs.
	ID string
	// Subject is the group's name.
	Subject string
	// Description is empty when the group has none: Graph leaves it out then.
	Description string
	// JoinApprovalMode says whether joining needs approval.
	JoinApprovalMode JoinApprovalMode
	// Suspended reports that WhatsApp has suspended the group, which then cannot be changed.
	Suspended bool
	// CreatedAt is when the group was created, in UTC, to the second.
	CreatedAt time.Time
	// Participants are the people in the group, the business not among them; Graph lists at most 8.
	Participants []Participant
	// TotalParticipantCount is the number of people in the group, the business not counted.
	TotalParticipantCount int
	// Raw is the answer as it came, a JSON object, for fields that this version does not know.
	Raw json.RawMessage

	has fieldSet
}

// Participant is one person in a group. What did not come is empty: newer API versions leave WaID out for people who
// hide their phone number. The names in JSON are Graph's.
type Participant struct {
	// WaID is the WhatsApp user id, a phone number in digits.
	WaID string `json:"wa_id,omitempty"`
	// UserID is the user's id towards this business. Not in the v23.0 reference.
	UserID string `json:"user_id,omitempty"`
	// ParentUserID is the user's id towards the parent business. Not in the v23.0 reference.
	ParentUserID string `json:"parent_user_id,omitempty"`
	// Username is the name that the user chose. Not in the v23.0 reference.
	Username string `json:"username,omitempty"`
}

// Has reports whether f was in the answer, so that an empty description can be told from one that was not asked for.
// It is false for every field of a Group that did not come from [Client.GetGroup].
func (g *Group) Has(f Field) bool { return g.has&bitOf(f) != 0 }

type fieldSet uint16

func bitOf(f Field) fieldSet {
	switch f {
	case FieldID:
		return 1 << 0
	case FieldSubject:
		return 1 << 1
	case FieldDescription:
		return 1 << 2
	case FieldJoinApprovalMode:
		return 1 << 3
	case FieldSuspended:
		return 1 << 4
	case FieldCreationTimestamp:
		return 1 << 5
	case FieldParticipants:
		return 1 << 6
	case FieldTotalParticipantCount:
		return 1 << 7
	}
	return 0
}

// groupAnswer is a group on the wire, or the failure that may come in its place under a 2xx status.
type groupAnswer struct {
	gen.GroupInfo
	// Takes the place of the generated field, so that no copy has to be made.
	Participants []Participant       `json:"participants"`
	Success      gen.BooleanOrString `json:"success"`
	failureAnswer
}

// maxParticipants is how many Graph lists.
const maxParticipants = 8

// maxObjects leaves room for 8 participants, many more to come, and a description that is full of braces.
const maxObjects = 4096

// decode fills the group from an answer's body.
func (g *Group) decode(body []byte) error {
	// Each object in a list takes more room in memory than on the wire.
	if bytes.Count(body, []byte("{")) > maxObjects {
		return errors.New("the answer has too many objects")
	}
	// With room for as many as there can be, the list need not grow.
	a := groupAnswer{Participants: make([]Participant, 0, maxParticipants)}
	if err := json.Unmarshal(body, &a); err != nil {
		return err
	}
	if a.reported() || isFalse(a.Success) {
		return errReportedFailure
	}
	if a.ID == nil || *a.ID == "" {
		return errors.New("the answer has no id")
	}
	*g = Group{Raw: body}
	// Still empty with room, it was not in the answer: an empty list there leaves no room, and null leaves nil.
	absent := len(a.Participants) == 0 && cap(a.Participants) > 0
	if a.Participants != nil && !absent {
		g.Participants = a.Participants
		g.has |= bitOf(FieldParticipants)
	}
	return g.fill(&a.GroupInfo)
}

func (g *Group) fill(in *gen.GroupInfo) error {
	g.ID = *in.ID
	g.has |= bitOf(FieldID)
	if in.Subject != nil {
		g.Subject = *in.Subject
		g.has |= bitOf(FieldSubject)
	}
	if in.Description != nil {
		g.Description = *in.Description
		g.has |= bitOf(FieldDescription)
	}
	if in.JoinApprovalMode != nil {
		g.JoinApprovalMode = JoinApprovalMode(*in.JoinApprovalMode)
		g.has |= bitOf(FieldJoinApprovalMode)
	}
	return g.fillScalars(in)
}

// fillScalars decodes what may come with or without quotes.
func (g *Group) fillScalars(in *gen.GroupInfo) error {
	if isPresent(in.Suspended) {
		suspended, err := parseBool(in.Suspended)
		if err != nil {
			return fmt.Errorf("suspended: %w", err)
		}
		g.Suspended = suspended
		g.has |= bitOf(FieldSuspended)
	}
	if in.CreationTimestamp != "" {
		seconds, err := strconv.ParseInt(string(in.CreationTimestamp), 10, 64)
		if err != nil || seconds < minUnixSeconds || seconds > maxUnixSeconds {
			return errors.New("creation_timestamp is not a time in Unix seconds")
		}
		g.CreatedAt = time.Unix(seconds, 0).UTC()
		g.has |= bitOf(FieldCreationTimestamp)
	}
	if in.TotalParticipantCount != "" {
		count, err := strconv.Atoi(string(in.TotalParticipantCount))
		if err != nil || count < 0 {
			return errors.New("total_participant_count is not a count")
		}
		g.TotalParticipantCount = count
		g.has |= bitOf(FieldTotalParticipantCount)
	}
	return nil
}

// The years 1 to 9999, beyond which time.Time cannot be written as JSON.
const (
	minUnixSeconds = -62135596800
	maxUnixSeconds = 253402300799
)

func isPresent(raw json.RawMessage) bool { return len(raw) > 0 && !bytes.Equal(raw, []byte("null")) }

func isFalse(raw json.RawMessage) bool {
	v, err := parseBool(raw)
	return err == nil && !v
}

// parseBool accepts a JSON boolean with and without quotes.
func parseBool(raw json.RawMessage) (bool, error) {
	switch string(raw) {
	case `true`, `"true"`:
		return true, nil
	case `false`, `"false"`:
		return false, nil
	}
	return false, errors.New("not a boolean")
}
