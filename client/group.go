package client

import (
	"encoding/json"
	"time"

	"github.com/wagroups/wagroups-go/gen"
)

// Field is the name of a field of a group, for [Client.GetGroup]. Its value is Graph's name: Field("subject") is
// [FieldSubject].
type Field string

// The fields of a group: id, subject, description, join_approval_mode, suspended, creation_timestamp, participants and
// total_participant_count. Each fills the field of [Group] with the same name; creation_timestamp fills CreatedAt. The
// ID is always returned.
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

// allFields is what GetGroup asks for by default: without a list Graph sends only the ID.
var allFields = gen.Fields{
	gen.FieldSubject, gen.FieldDescription, gen.FieldJoinApprovalMode, gen.FieldSuspended,
	gen.FieldCreationTimestamp, gen.FieldParticipants, gen.FieldTotalParticipantCount,
}

// JoinApprovalMode says how people with the invite link join a group. Values that this version does not know are kept.
type JoinApprovalMode string

// The documented values of a [JoinApprovalMode].
const (
	// JoinApprovalRequired is "approval_required": an administrator must approve each request to join.
	JoinApprovalRequired = JoinApprovalMode(gen.JoinApprovalModeApprovalRequired)
	// JoinAutoApprove is "auto_approve": people with the link join at once.
	JoinAutoApprove = JoinApprovalMode(gen.JoinApprovalModeAutoApprove)
)

// Known reports whether m is one of the documented values. It is false for "", which means that the response has no
// value.
func (m JoinApprovalMode) Known() bool { return gen.JoinApprovalMode(m).Valid() }

// Group is the metadata of one group. A field that was not requested, or that the server omitted, has its zero value;
// [Group.Has] reports whether a field was in the response.
//
// As JSON it is an object with Graph's names, with the time in Unix seconds. It has the fields that Has reports or that
// are not zero. [Group.UnmarshalJSON] reads this form and Graph's own.
type Group struct {
	// ID is the group's ID, an opaque text. It encodes the business phone number, so do not log it.
	ID string
	// Subject is the group's name.
	Subject string
	// Description is empty if the group has none: Graph omits it then.
	Description string
	// JoinApprovalMode says whether joining needs approval.
	JoinApprovalMode JoinApprovalMode
	// Suspended reports that WhatsApp has suspended the group, which then cannot be changed.
	Suspended bool
	// CreatedAt is the time when the group was created, in UTC, with a precision of a second.
	CreatedAt time.Time
	// Participants are the people in the group, without the business; Graph lists at most 8. A response is refused if
	// the list is longer than 128 KiB or has more than 4,096 values.
	Participants []Participant
	// TotalParticipantCount is the number of people in the group, without the business.
	TotalParticipantCount int
	// Raw is the response as received, a JSON object, for fields that this version does not know. MarshalJSON does not
	// write it.
	Raw json.RawMessage

	has fieldSet
}

// Participant is one person in a group. A field that was not in the response is empty: newer API versions omit WaID for
// people who hide their phone number. The names in JSON are Graph's.
type Participant struct {
	// WaID is the WhatsApp user ID, a phone number in digits.
	WaID string `json:"wa_id,omitempty"`
	// UserID identifies the user to this business. It is not in the v23.0 reference.
	UserID string `json:"user_id,omitempty"`
	// ParentUserID identifies the user to the parent business. It is not in the v23.0 reference.
	ParentUserID string `json:"parent_user_id,omitempty"`
	// Username is the name that the user chose. It is not in the v23.0 reference.
	Username string `json:"username,omitempty"`
}

// Has reports whether f was in the response. This distinguishes an empty description from one that was not requested.
// It is false for every field of a Group that was neither returned by [Client.GetGroup] nor decoded from JSON.
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
