package webhook

import (
	"encoding/json"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/gen"
)

// The fields of a subscription that are about groups. Others come as well, where the app is subscribed to them.
const (
	// FieldGroupSettings reports what became of a new subject, description or photo.
	FieldGroupSettings = "group_settings_update"
	// FieldGroupLifecycle reports what became of a creation or a deletion.
	FieldGroupLifecycle = "group_lifecycle_update"
	// FieldGroupParticipants reports who joined, left or asked to join. Meta also spells it group_participant_update.
	FieldGroupParticipants = "group_participants_update"
	// FieldGroupStatus reports that a group was suspended, or is no longer.
	FieldGroupStatus = "group_status_update"
)

func isGroupField(field string) bool {
	switch field {
	case FieldGroupSettings, FieldGroupLifecycle, FieldGroupParticipants, FieldGroupStatus, "group_participant_update":
		return true
	}
	return false
}

// The types of the events that report what became of a change.
const (
	TypeGroupSettings = string(gen.WebhookSettingsEventTypeGroupSettingsUpdate)
	TypeGroupCreate   = string(gen.WebhookLifecycleEventTypeGroupCreate)
	TypeGroupDelete   = string(gen.WebhookLifecycleEventTypeGroupDelete)
)

// An Event is one thing that a webhook reports. [Event.Err] says whether a change was applied.
//
// Events come in no order, more than once, and up to days late; see [Event.Key].
//
// An Event holds a group ID and texts of customers in its fields. Under fmt and log/slog it prints without them. In
// JSON it has everything, so that it can be kept in a queue: the decoded Event has the same Err and the same Key.
// Inside another value that a slog handler writes as JSON it shows everything too.
type Event struct {
	// Field is the field of the subscription, such as [FieldGroupSettings]; others as they come.
	Field string `json:"field,omitempty"`
	// Type tells the events of one field apart, such as [TypeGroupDelete]; others as they come. Empty for an event of a
	// field that is not about groups.
	Type string `json:"type,omitempty"`
	// RequestID is that of the [client.Receipt] of the change. Empty where the change was not made through the API, and
	// in some of Meta's samples.
	RequestID string `json:"request_id,omitempty"`
	GroupID   string `json:"group_id,omitempty"`
	// PhoneNumberID and AccountID name the business phone number and the WhatsApp Business Account; the Test button of
	// the App Dashboard may send "0" as the account.
	PhoneNumberID string `json:"phone_number_id,omitempty"`
	AccountID     string `json:"account_id,omitempty"`
	// Time is when it happened, in UTC, not when it arrived; zero where the event does not say.
	Time time.Time `json:"time,omitzero"`
	// Settings has one result for each setting on which a group_settings_update reports, at most 100, unknown settings
	// included.
	Settings []SettingResult `json:"settings,omitempty"`
	// Errors are those of the event as a whole, at most 100. With settings, some may be applied nevertheless.
	Errors []*Error `json:"errors,omitempty"`
	// Raw is the element of the change as it came. It is the value of a change that has no list of groups, the smallest
	// element that contains what cannot be read, and a list of such elements where several follow each other.
	Raw json.RawMessage `json:"raw,omitempty"`

	// problem says why the event cannot be read; its other fields may be filled.
	problem string
}

// A SettingResult says what became of one setting.
type SettingResult struct {
	Setting Setting `json:"setting"`
	Status  Status  `json:"status"`
	// Requested is the text that was asked for. It says nothing about the state of the group: a refused text is there too.
	Requested string `json:"requested,omitempty"`
	// Errors say why the setting was refused; at most 100.
	Errors []*Error `json:"errors,omitempty"`
}

// A Setting is a setting of a group; an unknown one has the name under which it came.
type Setting string

// The settings that this module changes.
const (
	SettingSubject     Setting = "subject"
	SettingDescription Setting = "description"
	SettingPhoto       Setting = "photo"
)

// A Status says what became of a setting.
type Status string

const (
	// Applied means that the group has the new setting.
	Applied Status = "applied"
	// Refused means that it has not.
	Refused Status = "refused"
	// NotStated means that the event does not say. Meta's OpenAPI document shows applied settings so.
	NotStated Status = "not stated"
)

// Err returns nil for a change that was applied, as far as the event says, and for an event that reports no failure.
// Otherwise the error matches exactly one of the classes of package client, and [errors.As] finds the [*Error] that is
// the reason, if the event has one:
//   - [client.ErrPartial] where one setting was applied and another was not, or the event has errors all the same;
//   - the class of the first setting that was refused, or of the first error of the event;
//   - [client.ErrUnknown] for a reason that is not known or not given;
//   - [client.ErrMalformedResponse] for what cannot be read, and for a webhook without values: its text says which
//     setting of the App Dashboard to switch on.
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
