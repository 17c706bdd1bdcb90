package client

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/wagroups/wagroups-go/gen"
)

// errReportedFailure: the answer says itself that the call failed, whatever its status.
var errReportedFailure = errors.New("the server reported a failure")

// failureAnswer is what marks an answer as a failure under any status.
type failureAnswer struct {
	Error  json.RawMessage `json:"error"`
	Errors json.RawMessage `json:"errors"`
}

func (f failureAnswer) reported() bool {
	return isPresent(f.Error) || isPresent(f.Errors) && string(f.Errors) != "[]"
}

// maxFailureBytes is far beyond what any error of Graph takes, and keeps a hostile one from costing much memory.
const maxFailureBytes = 64 << 10

// graphError is an error of Graph, decoded as far as it goes.
type graphError struct {
	code, subcode          int
	hasCode                bool // tells code 0, which means something, from none
	kind, message, details string
	userTitle, userMessage string
	traceID                string
	transient              bool
}

// parseGraphError finds Graph's error in a body: an object or a text under "error", or the first entry of "errors". It
// takes what it understands and leaves the rest; ok is false when there is no error to be found.
func parseGraphError(body []byte) (e graphError, ok bool) {
	if len(body) > maxFailureBytes {
		return graphError{}, false
	}
	var answer failureAnswer
	// A body that is no object, or no JSON, leaves answer empty.
	_ = json.Unmarshal(body, &answer)
	raw := answer.Error
	if !isPresent(raw) {
		var list []json.RawMessage
		if err := json.Unmarshal(answer.Errors, &list); err == nil && len(list) > 0 {
			raw = list[0]
		} else {
			raw = answer.Errors
		}
	}
	if !isPresent(raw) {
		return graphError{}, false
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return graphError{message: text}, true
	}
	// The codes are taken as they are: encoding/json would give up on a quoted number that is none.
	var wire struct {
		gen.GraphError
		Code         json.RawMessage `json:"code"`
		ErrorSubcode json.RawMessage `json:"error_subcode"`
	}
	// A property of an unexpected type leaves that property empty and the others filled.
	_ = json.Unmarshal(raw, &wire)
	transient, _ := parseBool(wire.IsTransient)
	code, hasCode := parseCode(wire.Code)
	subcode, _ := parseCode(wire.ErrorSubcode)
	return graphError{
		code:        code,
		hasCode:     hasCode,
		subcode:     subcode,
		kind:        wire.Type,
		message:     wire.Message,
		details:     parseDetails(wire.ErrorData),
		userTitle:   wire.ErrorUserTitle,
		userMessage: wire.ErrorUserMsg,
		traceID:     wire.FbtraceID,
		transient:   transient,
	}, true
}

// parseCode reads an integer with or without quotes; ok is false for anything else.
func parseCode(raw json.RawMessage) (code int, ok bool) {
	n, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 32)
	if err != nil {
		return 0, false
	}
	return int(n), true
}

// parseDetails reads error_data, which is an object with details or a bare text.
func parseDetails(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var data gen.GraphErrorData
	_ = json.Unmarshal(raw, &data)
	return data.Details
}
