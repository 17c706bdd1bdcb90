package fakegraph

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"

	"github.com/wagroups/wagroups-go/gen"
)

const typeOAuth = "OAuthException"

// graphError is an error of Graph; code, kind and message are always set.
type graphError struct {
	status        int
	code, subcode int
	kind          string // "type" on the wire
	message       string
	details       string
	transient     bool
	userTitle     string
	userMessage   string
	header        http.Header
}

// write sends the error in Graph's form.
func (e *graphError) write(rep *reply) {
	wire := gen.GraphError{
		Code:           json.Number(strconv.Itoa(e.code)),
		Type:           e.kind,
		Message:        e.message,
		ErrorUserTitle: e.userTitle,
		ErrorUserMsg:   e.userMessage,
		FbtraceID:      rep.header.Get(headerTraceID),
	}
	if e.subcode != 0 {
		wire.ErrorSubcode = json.Number(strconv.Itoa(e.subcode))
	}
	if e.transient {
		wire.IsTransient = json.RawMessage("true")
	}
	if e.details != "" {
		wire.ErrorData = mustMarshal(gen.GraphErrorData{MessagingProduct: product, Details: e.details})
	}
	maps.Copy(rep.header, e.header)
	rep.status, rep.refusal = e.status, e
	rep.body = mustMarshal(gen.GraphErrorResponse{Error: wire})
}

// text is the error for people.
func (e *graphError) text() string {
	if e.details == "" {
		return e.message
	}
	return e.message + ": " + e.details
}

// mustMarshal is for values made of texts and numbers, which always have a JSON form.
func mustMarshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

func errInvalid(format string, args ...any) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 100, kind: typeOAuth,
		message: "(#100) Invalid parameter: " + fmt.Sprintf(format, args...),
	}
}

func errUnknownField(field string) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 100, kind: typeOAuth,
		message: fmt.Sprintf("(#100) Tried accessing nonexisting field (%s) on node type (WhatsAppGroup)", field),
	}
}

func errTooLarge(limit int) *graphError {
	e := errInvalid("body: larger than %d bytes", limit)
	e.status = http.StatusRequestEntityTooLarge
	return e
}

func errNoLength() *graphError {
	e := errInvalid("body: a multipart request needs a Content-Length, chunked encoding is refused")
	e.status = http.StatusLengthRequired
	return e
}

func errUnknownPath(path string) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 2500, kind: typeOAuth, message: "Unknown path components: " + path,
	}
}

func errMethod(method string, allowed []string) *graphError {
	return &graphError{
		status: http.StatusMethodNotAllowed, code: 100, kind: "GraphMethodException",
		message: "Unsupported " + method + " request.",
		header:  http.Header{"Allow": allowed},
	}
}

func errUnknownGroup() *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 131041, kind: typeOAuth,
		message: "(#131041) Group does not exist or is not accessible",
		details: "There is no such group, or this business is not a member of it.",
	}
}

func errSuspended() *graphError {
	return &graphError{
		status: http.StatusForbidden, code: 131207, kind: typeOAuth,
		message: "(#131207) Group is suspended",
		details: "WhatsApp has suspended this group; it cannot be changed.",
	}
}

// errPhotoPart is for a photo under a name that this server does not take.
func errPhotoPart(name string) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: 131009, kind: typeOAuth,
		message: "(#131009) Parameter value is not valid",
		details: "The photo may not come as the part " + name + ".",
	}
}

func errPhoto(code int, message, details string) *graphError {
	return &graphError{
		status: http.StatusBadRequest, code: code, kind: typeOAuth,
		message: fmt.Sprintf("(#%d) %s", code, message), details: details,
	}
}

// errToken is for a token that is missing (104) or refused (190).
func errToken(status, code int, message string) *graphError {
	// The form that Graph gives to this header; it is not well-formed.
	challenge := fmt.Sprintf(`OAuth "Facebook Platform" "invalid_token" %q`, message)
	return &graphError{
		status: status, code: code, kind: typeOAuth, message: message,
		header: http.Header{"Www-Authenticate": {challenge}},
	}
}

// errBusy is for a change that the server has no room for.
func errBusy(details string) *graphError {
	return &graphError{
		status: http.StatusServiceUnavailable, code: 2, kind: typeOAuth, transient: true,
		message: "Service temporarily unavailable", details: details,
	}
}

// errProof has the code and the type that Graph gives to a proof that it refuses.
func errProof(message string) *graphError {
	return &graphError{status: http.StatusBadRequest, code: 100, kind: "GraphMethodException", message: message}
}

// errBroken is sent when the fake's own response breaks the contract.
func errBroken(reason error) *graphError {
	return &graphError{
		status: http.StatusInternalServerError, code: 1, kind: typeOAuth,
		message: "An unknown error occurred", details: reason.Error(),
	}
}
