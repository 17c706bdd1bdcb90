package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Receipt means that the server accepted a change. The change is not applied yet: Graph reports the outcome later in a
// webhook, group_settings_update or, for a deletion, group_lifecycle_update.
type Receipt struct {
	// RequestID is the ID that the webhook will have, or empty if the response had none. Do not rely on it: no document
	// describes the response to an update, and Meta's reference shows no ID in the response to a deletion.
	RequestID string
	// Repeated reports that a deletion was sent again, because an earlier attempt may have been carried out, and that
	// the group no longer existed. It is always false for an update.
	Repeated bool
}

// errContradiction: the response to a change says that it was accepted, and reports an error.
var errContradiction = errors.New("the response reports success and an error")

type acceptance struct {
	Success   literal `json:"success"`
	RequestID literal `json:"request_id"`
	failureMarks
}

// decode fills the receipt from a response's body. No document describes one for an update, so it takes no body at all,
// and the bare true of older Graph calls, for a success too.
func (r *Receipt) decode(body []byte) error {
	body = bytes.TrimSpace(body)
	if r.decodePlain(body) {
		return nil
	}
	if string(body) == "false" {
		return errReportedFailure
	}
	var in acceptance
	if err := unmarshal(body, &in); err != nil {
		return err
	}
	id, err := in.RequestID.id()
	switch {
	case in.Success.isFalse():
		return errReportedFailure
	case in.reported() && (in.Success.isTrue() || in.RequestID != ""):
		return errContradiction
	case in.reported():
		return errReportedFailure
	case err != nil:
		return fmt.Errorf("request_id: %w", err)
	}
	if _, err := in.Success.orFalse(); err != nil {
		return fmt.Errorf("success: %w", err)
	}
	r.RequestID = id
	return nil
}

// saysAccepted reports whether the body of a failure says that the change was accepted.
func saysAccepted(body []byte) bool {
	var in acceptance
	return len(body) <= maxFailureBytes && json.Unmarshal(body, &in) == nil && in.Success.isTrue()
}

// decodePlain reads the forms that were seen, which costs a third of what encoding/json takes; it leaves any other.
func (r *Receipt) decodePlain(body []byte) bool {
	switch string(body) {
	case "", "true", `{"success":true}`:
		return true
	}
	id, ok := bytes.CutPrefix(body, []byte(`{"messaging_product":"whatsapp","request_id":"`))
	if !ok {
		id, ok = bytes.CutPrefix(body, []byte(`{"success":true,"request_id":"`))
	}
	id, closed := bytes.CutSuffix(id, []byte(`"}`))
	if !ok || !closed || bytes.ContainsFunc(id, isNotAlphanumeric) {
		return false
	}
	r.RequestID = string(id)
	return true
}

func isNotAlphanumeric(c rune) bool {
	return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
}
