package webhook

import (
	"encoding/json"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/gen"
)

// The subscription fields that are about groups. Events of other fields come too, if the app is subscribed to them.
const (
	// FieldGroupSettings reports the outcome of a new subject, description or photo.
	FieldGroupSettings = "group_settings_update"
	// FieldGroupLifecycle reports the outcome of a creation or a deletion.
	FieldGroupLifecycle = "group_lifecycle_update"
	// FieldGroupParticipants reports people who joined, left or asked to join. Meta also spells it
	// group_participant_update.
	FieldGroupParticipants = "group_participants_update"
	// FieldGroupStatus reports that a group was suspended or is no longer suspended.
	FieldGroupStatus = "group_status_update"
)

func isGroupField(field string) bool {
	switch field {
	case FieldGroupSettings, FieldGroupLifecycle, FieldGroupParticipants, FieldGroupStatus, "group_participant_update":
		return true
	}
	return false
}

// The types of the events that report the outcome of a change.
const (
	TypeGroupSettings = string(gen.WebhookSettingsEventTypeGroupSettingsUpdate)
	TypeGroupCreate   = string(gen.WebhookLifecycleEventTypeGroupCreate)
	TypeGroupDelete   = string(gen.WebhookLifecycleEventTypeGroupDelete)
)

// An Event is one thing that a webhook reports. [Event.Err] says whether a change was applied.
//
// Events come in any order, more than once, and up to days late; see [Event.Key].
//
// The fields contain a group ID and texts of customers. With fmt and log/slog an Event prints without them. Its JSON is
// complete, for use in a queue: the decoded Event has the same Err and the same Key. If an Event is a part of another
// value that a slog handler writes as JSON, the log has all of it.
type Event struct {
	// Field is the field of the subscription, such as [FieldGroupSettings], or any other as received.
	Field string `json:"field,omitempty"`
	// Type is the kind of event within its field, such as [TypeGroupDelete], or any other as received. It is empty for
	// fields that are not about groups.
	Type string `json:"type,omitempty"`
	// RequestID is the one in the [client.Receipt] of the change. It is empty if the change was not made through the
	// API, and in some of Meta's samples.
	RequestID string `json:"request_id,omitempty"`
	// GroupID is the group's ID. It encodes a phone number, so do not log it.
	GroupID string `json:"group_id,omitempty"`
	// PhoneNumberID and AccountID are the IDs of the business phone number and of the WhatsApp Business Account. The
	// Test button of the App Dashboard may send "0" as the account.
	PhoneNumberID string `json:"phone_number_id,omitempty"`
	AccountID     string `json:"account_id,omitempty"`
	// Time is when it happened, in UTC, not when it arrived. It is zero if the event does not say.
	Time time.Time `json:"time,omitzero"`
	// Settings has the result of each setting that a group_settings_update reports, including unknown settings; at most
	// 100.
	Settings []SettingResult `json:"settings,omitempty"`
	// Errors are the errors of the event as a whole, at most 100. Some settings may be applied nevertheless.
	Errors []*Error `json:"errors,omitempty"`
	// Raw is the event as received, an element of the list "groups". For a change without that list it is the value of
	// the change. For something that cannot be read it is the smallest element that contains it, or a list of such
	// elements if several follow each other.
	Raw json.RawMessage `json:"raw,omitempty"`

	// problem says why the event cannot be read; its other fields may be filled.
	problem string
}

// A SettingResult is the outcome of one setting.
type SettingResult struct {
	Setting Setting `json:"setting"`
	Status  Status  `json:"status"`
	// Requested is the text that was requested. It is not proof of the group's state: a refused text is here too.
	Requested string `json:"requested,omitempty"`
	// Errors say why the setting was refused, at most 100.
	Errors []*Error `json:"errors,omitempty"`
}

// A Setting is a setting of a group. An unknown one has the name in the event.
type Setting string

// The settings that package client changes.
const (
	SettingSubject     Setting = "subject"
	SettingDescription Setting = "description"
	SettingPhoto       Setting = "photo"
)

// A Status is the outcome of a setting.
type Status string

const (
	// Applied means that the group has the new setting.
	Applied Status = "applied"
	// Refused means that the group does not have the new setting.
	Refused Status = "refused"
	// NotStated means that the event does not say. Meta's OpenAPI document shows applied settings in this form.
	NotStated Status = "not stated"
)

// Err returns nil if the change was applied, as far as the event says, or if the event reports no failure. Otherwise
// the error matches exactly one class of package client, and errors.As finds the [*Error] that caused it, if the event
// has one:
//
//   - [client.ErrPartial] if one setting was applied and another was not, or if all were applied and the event has
//     errors nevertheless;
//   - the class of the first refused setting, or of the first error of the event;
//   - [client.ErrUnknown] if the reason is unknown or missing;
//   - [client.ErrMalformedResponse] if the event cannot be read, or if the webhook has no values; the text then says
//     which setting of the App Dashboard to switch on.
func (e *Event) Err() error {
	if e.problem != "" {
		return &eventError{class: client.ErrMalformedResponse, event: e, about: e.problem}
	}
	var applied bool
	var refused *SettingResult
	for i := range e.Settings {
		switch s := &e.Settings[i]; {
		case s.Status == Applied:
			applied = true
		case s.Status == Refused && refused == nil:
			refused = s
		}
	}
	if refused == nil && len(e.Errors) == 0 {
		return nil
	}
	failure := &eventError{event: e}
	reasons := e.Errors
	if refused != nil {
		failure.about = string(refused.Setting)
		if len(refused.Errors) > 0 {
			reasons = refused.Errors
		}
	}
	failure.class = client.ErrUnknown
	if len(reasons) > 0 {
		failure.first = reasons[0]
		failure.class = failure.first.class()
	}
	if applied {
		failure.class = client.ErrPartial
	}
	return failure
}
