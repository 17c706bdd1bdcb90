package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/wagroups/wagroups-go/gen"
)

// Receipt says that a change was accepted. It has not been applied yet: Graph reports the outcome later, in a
// group_settings_update or group_lifecycle_update webhook.
type Receipt struct {
	// RequestID is the id that the webhook will carry; empty when the answer had none. The reference shows no request
	// id in the answer to a deletion.
	RequestID string
	// Repeated reports that a deletion was sent again after an answer that was lost, and that the group was gone by
	// then. It is always false for an update.
	Repeated bool
}

type acceptanceAnswer struct {
	gen.Acceptance
	RequestID json.RawMessage `json:"request_id"` // a text, or a bare number
	failureAnswer
}

// decode fills the receipt from an answer's body. No document describes one for an update, so it takes no body at all,
// and the bare true of older Graph calls, for a success too.
func (r *Receipt) decode(body []byte) error {
	switch string(bytes.TrimSpace(body)) {
	case "", "true":
		return nil
	case "false":
		return errReportedFailure
	}
	var a *acceptanceAnswer
	if err := json.Unmarshal(body, &a); err != nil {
		return err
	}
	if a == nil {
		return errors.New("the answer is null")
	}
	if a.reported() {
		return errReportedFailure
	}
	if isPresent(a.Success) {
		success, err := parseBool(a.Success)
		if err != nil {
			return fmt.Errorf("success: %w", err)
		}
		if !success {
			return errReportedFailure
		}
	}
	if isPresent(a.RequestID) {
		return r.decodeRequestID(a.RequestID)
	}
	return nil
}

func (r *Receipt) decodeRequestID(raw json.RawMessage) error {
	var number json.Number // takes a number with and without quotes
	if json.Unmarshal(raw, &number) == nil {
		r.RequestID = number.String()
		return nil
	}
	if json.Unmarshal(raw, &r.RequestID) != nil {
		return errors.New("request_id is neither a text nor a number")
	}
	return nil
}
