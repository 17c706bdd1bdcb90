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
	failureAnswer
}

// decode fills the receipt from an answer's body. No body at all is a success too: no document describes one.
func (r *Receipt) decode(body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
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
	r.RequestID = a.RequestID
	return nil
}
