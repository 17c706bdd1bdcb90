package client

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strings"
)

// errReportedFailure: the response says itself that the call failed, whatever its status.
var errReportedFailure = errors.New("the server reported a failure")

// failureMarks mark a response as a failure under any status; the last two are the form of older Graph calls.
type failureMarks struct {
	Error     mark `json:"error"`
	Errors    mark `json:"errors"`
	ErrorCode mark `json:"error_code"`
	ErrorMsg  mark `json:"error_msg"`
}

func (f *failureMarks) reported() bool { return bool(f.Error || f.Errors || f.ErrorCode || f.ErrorMsg) }

// mark reports that a value says something: null, false, 0, an empty text, object or array do not, nor does a list of
// such values.
type mark bool

func (m *mark) UnmarshalJSON(raw []byte) error {
	*m = mark(saysSomething(raw))
	return nil
}

func saysSomething(raw []byte) bool {
	if len(raw) == 0 {
		return false
	}
	switch raw[0] {
	case 'n', 'f':
		return false
	case '{':
		return len(bytes.TrimSpace(raw[1:len(raw)-1])) > 0
	case '[':
		entries := bytes.ReplaceAll(raw, []byte("null"), nil)
		return len(bytes.Trim(entries, " \t\r\n,[]{}")) > 0
	}
	n, isNumber := literal(raw).integer()
	text := strings.Trim(string(raw[:min(len(raw), maxNumberBytes)]), `"`)
	return text != "" && text != "false" && text != "null" && (!isNumber || n != 0)
}

// entriesOf returns the first entries of a list, and any other value as the only one.
func entriesOf(value json.RawMessage) []json.RawMessage {
	var first [8]json.RawMessage
	if json.Unmarshal(value, &first) != nil {
		return []json.RawMessage{value}
	}
	return first[:]
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

// parseGraphError finds Graph's error in a body: an object or a text under "error", or the first entry of "errors", or
// the older "error_code" and "error_msg". It takes what it understands and leaves the rest, and of a body that is cut
// or long it reads the beginning; ok is false when there is no error to be found.
func parseGraphError(body []byte) (e graphError, ok bool) {
	var in struct {
		Error        json.RawMessage `json:"error"`
		Errors       json.RawMessage `json:"errors"`
		ErrorCode    literal         `json:"error_code"`
		ErrorSubcode literal         `json:"error_subcode"`
		ErrorMsg     literal         `json:"error_msg"`
	}
	if unmarshal(body, &in) != nil {
		body = body[:min(len(body), maxFailureBytes)]
		_ = json.Unmarshal(closed(body), &in) // what is no object leaves in empty
	}
	for _, raw := range append(entriesOf(in.Error), entriesOf(in.Errors)...) {
		if saysSomething(raw) {
			e, ok = parseOneError(raw), true
			break
		}
	}
	if !e.hasCode && in.ErrorCode != "" {
		e.code, e.hasCode = in.ErrorCode.code()
		e.subcode, _ = in.ErrorSubcode.code()
	}
	if message, _ := in.ErrorMsg.text(); e.message == "" {
		e.message = message
	}
	return e, ok || in.ErrorCode != "" || in.ErrorMsg != ""
}

func parseOneError(raw json.RawMessage) (e graphError) {
	if raw[0] != '{' {
		e.message, _ = literal(raw).text()
		return e
	}
	// A property of an unexpected type is left empty and the others are filled.
	var in struct {
		Code         literal         `json:"code"`
		ErrorSubcode literal         `json:"error_subcode"`
		Type         literal         `json:"type"`
		Message      literal         `json:"message"`
		Title        literal         `json:"title"` // in webhooks
		ErrorData    json.RawMessage `json:"error_data"`
		UserTitle    literal         `json:"error_user_title"`
		UserMsg      literal         `json:"error_user_msg"`
		TraceID      literal         `json:"fbtrace_id"`
		IsTransient  literal         `json:"is_transient"`
	}
	_ = json.Unmarshal(raw, &in)
	e.code, e.hasCode = in.Code.code()
	e.subcode, _ = in.ErrorSubcode.code()
	e.kind, _ = in.Type.text()
	message, _ := in.Message.text()
	title, _ := in.Title.text()
	e.message = cmp.Or(message, title)
	e.details = parseDetails(in.ErrorData)
	e.userTitle, _ = in.UserTitle.text()
	e.userMessage, _ = in.UserMsg.text()
	e.traceID, _ = in.TraceID.text()
	e.transient = in.IsTransient.isTrue()
	return e
}

func (l literal) code() (code int, ok bool) {
	n, ok := l.integer()
	if !ok || n < math.MinInt32 || n > math.MaxInt32 {
		return 0, false
	}
	return int(n), true
}

// parseDetails reads error_data, which is an object with details or a bare text.
func parseDetails(raw json.RawMessage) string {
	var data struct {
		Details literal `json:"details"`
	}
	if json.Unmarshal(raw, &data) != nil {
		_ = json.Unmarshal(raw, &data.Details)
	}
	text, _ := data.Details.text()
	return text
}

// closed makes JSON of the beginning of JSON: it leaves out the last value if that may be cut, and closes what is open.
func closed(body []byte) []byte {
	var open []byte // what closes the objects and arrays around position i
	end, inText := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			open = append(open, c+2)
			end = i + 1
		case (c == '}' || c == ']') && len(open) > 0:
			open = open[:len(open)-1]
			end = i + 1
		case c == ',':
			end = i
		}
	}
	slices.Reverse(open)
	return append(body[:end:end], open...)
}
