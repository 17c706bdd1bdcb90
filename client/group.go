package client

import (
	"encoding/json"
	"time"

	"github.com/wagroups/wagroups-go/gen"
)

// Field names a field of a group that [Client.GetGroup] can ask for, in Graph's spelling: Field("subject") is
// [FieldSubject].
type Field string

// The fields of a group: id, subject, description, join_approval_mode, suspended, creation_timestamp, participants and
// total_participant_count. Each fills the field of [Group] with the same name; creation_timestamp fills CreatedAt. The
// ID comes even when it was not asked for.
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
	// JoinAutoApprove is "auto_approve": everyone who has the link joins at once.
	JoinAutoApprove = JoinApprovalMode(gen.JoinApprovalModeAutoApprove)
)

// Known reports whether m is one of the documented values. It is false for the zero value, which means that the
// response did not say.
func (m JoinApprovalMode) Known() bool { return gen.JoinApprovalMode(m).Valid() }

// Group is the metadata of one group. A field that was not asked for, or that the server left out, has its zero value;
// [Group.Has] tells it from one that came.
//
// As JSON it is an object with Graph's names, in which a field is there if Has reports it or if it is not zero; the
// time is in Unix seconds. [Group.UnmarshalJSON] reads that back, and what Graph sends.
type Group struct {
	// ID is the group's ID, opaque. It encodes the business phone number, so it does not belong in logs.
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
	// Participants are the people in the group, the business not among them; Graph lists at most 8. A response whose
	// list is longer than 128 KiB, or holds more than 4,096 values, is refused.
	Participants []Participant
	// TotalParticipantCount is the number of people in the group, the business not counted.
	TotalParticipantCount int
	// Raw is the response as it came, a JSON object, for fields that this version does not know. MarshalJSON does not
	// write it.
	Raw json.RawMessage

	has fieldSet
}

// Participant is one person in a group. What did not come is empty: newer API versions leave WaID out for people who
// hide their phone number. The names in JSON are Graph's.
type Participant struct {
	// WaID is the WhatsApp user ID, a phone number in digits.
	WaID string `json:"wa_id,omitempty"`
	// UserID is the user's ID towards this business. Not in the v23.0 reference.
	UserID string `json:"user_id,omitempty"`
	// ParentUserID is the user's ID towards the parent business. Not in the v23.0 reference.
	ParentUserID string `json:"parent_user_id,omitempty"`
	// Username is the name that the user chose. Not in the v23.0 reference.
	Username string `json:"username,omitempty"`
}

// Has reports whether f was in the response, so that an empty description can be told from one that was not asked for.
// It is false for every field of a Group that was neither returned by [Client.GetGroup] nor read from JSON.
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
