package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Receipt says that a change was accepted. It has not been applied yet: Graph reports the outcome later, in a
// group_settings_update webhook, or group_lifecycle_update for a deletion.
type Receipt struct {
	// RequestID is the id that the webhook will carry; empty when the answer had none. No document shows the answer to
	// an update, and the reference shows none with an id to a deletion: do not rely on it.
	RequestID string
	// Repeated reports that a deletion was sent again after an attempt that may have been carried out, and that the
	// group was gone by then. It is always false for an update.
	Repeated bool
}

type acceptanceAnswer struct {
	Success   success   `json:"success"`
	RequestID requestID `json:"request_id"`
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
	case "null":
		return errors.New("the answer is null")
	}
	var a acceptanceAnswer
	if err := json.Unmarshal(body, &a); err != nil {
		return err
	}
	if a.reported() {
		return errReportedFailure
	}
	if a.Success.err != nil {
		return fmt.Errorf("success: %w", a.Success.err)
	}
	if a.Success.given && !a.Success.value {
		return errReportedFailure
	}
	r.RequestID = a.RequestID.text
	return a.RequestID.err
}

// success is a boolean with or without quotes. Where it is anything else, the rest of the answer is still read: an
// error that the server reports says more.
type success struct {
	given, value bool
	err          error
}

func (s *success) UnmarshalJSON(raw []byte) error {
	*s = success{given: isPresent(raw)}
	if s.given {
		s.value, s.err = parseBool(raw)
	}
	return nil
}

// requestID is a text or a bare number; otherwise it is like success.
type requestID struct {
	text string
	err  error
}

func (id *requestID) UnmarshalJSON(raw []byte) error {
	*id = requestID{}
	switch c := raw[0]; {
	case c == '"' && isPlain(raw):
		id.text = string(raw[1 : len(raw)-1])
	case c == '"':
		id.err = json.Unmarshal(raw, &id.text)
	case c == '-' || '0' <= c && c <= '9':
		id.text = string(raw)
	case isPresent(raw):
		id.err = errors.New("request_id is neither a text nor a number")
	}
	return nil
}

// isPlain reports whether a text in JSON is just what stands between its quotes: json.Unmarshal costs more than all the
// rest.
func isPlain(raw []byte) bool { return utf8.Valid(raw) && bytes.IndexByte(raw, '\\') < 0 }
