package client

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// ErrorClass is the kind of an error. Every error that this package returns matches exactly one of the constants below
// with [errors.Is]. [Class] returns it, for a switch or as the label of a metric. The text of a class, such as "rate
// limited", does not change between releases. An error that was caused by the context or by a time limit also matches
// [context.Canceled] or [context.DeadlineExceeded].
//
// If the server reported the failure, the class follows from Graph's code, then from is_transient, then from the HTTP
// status.
//
// A change that failed may have been carried out if the class is [ErrAmbiguous] or [ErrUnavailable], and was carried
// out in part if it is [ErrPartial]. With every other class it was not carried out.
type ErrorClass string

const (
	// ErrInvalidArgument means that an argument broke a rule. No request was sent. See [ArgumentError].
	ErrInvalidArgument ErrorClass = "invalid argument"
	// ErrNotSent means that the server did not receive the complete request, so nothing was carried out. The cause is
	// the network, a proxy, the token source, the limiter, the photo's reader or the context.
	ErrNotSent ErrorClass = "request not sent"
	// ErrNotFound means that Graph knows no such group, or that the business is not a member of it. With code 100 and
	// subcode 33 it can also mean that the token lacks a permission.
	ErrNotFound ErrorClass = "group not found"
	// ErrUnauthorized means that the access token, or the app secret proof, is missing, expired or refused.
	ErrUnauthorized ErrorClass = "unauthorized"
	// ErrForbidden means that the token is valid, but the token or the phone number is not allowed to do this, or that
	// the group is suspended.
	ErrForbidden ErrorClass = "forbidden"
	// ErrInvalidRequest means that the server refused the content of the request.
	ErrInvalidRequest ErrorClass = "invalid request"
	// ErrRateLimited means that a quota is used up. [Error.RetryAfter] is how long to wait, if that is known. Until
	// then further calls with the same token wait, or fail with this error without sending a request: see
	// [WithMaxPause].
	ErrRateLimited ErrorClass = "rate limited"
	// ErrUnavailable means that the server reported a failure of its own, or that a read got no complete response. A
	// change may or may not have been carried out.
	ErrUnavailable ErrorClass = "unavailable"
	// ErrPartial means that the server carried out only a part of the request. Read the group to see which part.
	ErrPartial ErrorClass = "partially carried out"
	// ErrMalformedResponse means that a read succeeded and its response could not be decoded. See [Error.Body].
	ErrMalformedResponse ErrorClass = "malformed response"
	// ErrAmbiguous means that a change was sent and its response was lost or could not be decoded, so it may or may not
	// have been carried out. Read the group before you call again; Graph may need a moment to apply a change.
	ErrAmbiguous ErrorClass = "outcome unknown"
	// ErrUnknown means any other failure, such as a redirect, which is not followed, or a 404 that did not come from
	// Graph.
	ErrUnknown ErrorClass = "unknown failure"
)

// Error returns the text of the class.
func (c ErrorClass) Error() string { return string(c) }

// Class returns the class of err, and "" if err is nil or has no class. Compare the result or use it as a label, but do
// not return it as an error: a "" in an error is not nil.
func Class(err error) ErrorClass {
	class, _ := errors.AsType[ErrorClass](err)
	return class
}

// ArgumentError reports an argument that was refused before anything was sent. It matches [ErrInvalidArgument]. [New]
// and the methods of [Client] return it as a pointer, for [errors.As] and [errors.AsType].
type ArgumentError struct {
	// Arg is the parameter, field or option, such as "groupID" or "WithBaseURL".
	Arg string
	// Reason is the rule that was broken, and how. It never contains a group ID, a token or a secret.
	Reason string
}

// Error returns the argument and the rule that it broke, in one line.
func (e *ArgumentError) Error() string { return "wagroups: " + e.Arg + ": " + e.Reason }

// Unwrap makes the error match [ErrInvalidArgument].
func (e *ArgumentError) Unwrap() error { return ErrInvalidArgument }

func argumentError(arg, format string, args ...any) *ArgumentError {
	return &ArgumentError{Arg: arg, Reason: fmt.Sprintf(format, args...)}
}

// Error reports a call that failed: what the server reported, or why there is no response. It matches its [ErrorClass].
// It also matches the error that caused it, of the network, the context or the caller's code, unless the text of that
// error contains a secret. In all texts the tokens of the call, the app secret, the proofs and the group ID are
// replaced by [redacted].
type Error struct {
	// Op is the method that was called, such as "GetGroup".
	Op string
	// StatusCode is the HTTP status of the response that the error is about, or 0 without a response.
	StatusCode int
	// Code and Subcode are Graph's error numbers, or 0 if there are none. If the class is not enough, use Code and not
	// StatusCode: Graph sends the same code with different statuses.
	Code, Subcode int
	// Type is Graph's own kind of error, most often "OAuthException".
	Type string
	// Message is Graph's text for developers. If Graph did not send one, it describes what happened; for a response of
	// a gateway or proxy, it says so and quotes how the response begins.
	Message string
	// Details explains Message. It is error_data.details of the response.
	Details string
	// UserTitle and UserMessage are Graph's texts for people. Most errors have none.
	UserTitle, UserMessage string
	// ContentType is the Content-Type of the response. The client does not rely on it.
	ContentType string
	// TraceID identifies the call in a support request to Meta.
	TraceID string
	// Transient reports that, according to Graph, the request may succeed later.
	Transient bool
	// RetryAfter is how long the server asked to wait, counted from its response, or 0 if it did not say. For a call
	// that was held back by a pause, it is the rest of that pause.
	RetryAfter time.Duration
	// Attempts is the number of requests that were sent or tried, or 0 if the call failed before the first one.
	Attempts int
	// Body is the beginning of the response's body, at most 4 KiB, or nil without a body.
	Body []byte

	class ErrorClass
	cause error
}

// Error returns the operation, what went wrong, the numbers to look it up and the trace ID, in one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("wagroups: " + e.Op)
	texts := []string{string(e.class), e.Message, e.Details, e.UserTitle, e.UserMessage, advice(e.Code, e.Subcode)}
	if e.cause != nil {
		texts = append(texts, e.cause.Error())
	}
	for i, text := range texts {
		// Graph often says the same in two fields.
		if text != "" && (i == 0 || !strings.Contains(b.String(), text)) {
			b.WriteString(": " + text)
		}
	}
	var facts []string
	add := func(format string, value any) { facts = append(facts, fmt.Sprintf(format, value)) }
	if e.StatusCode != 0 {
		add("HTTP status %d", e.StatusCode)
	}
	if e.Code != 0 {
		add("code %d", e.Code)
	}
	if e.Subcode != 0 {
		add("subcode %d", e.Subcode)
	}
	if e.Code == 0 && e.ContentType != "" && !strings.Contains(e.ContentType, "json") {
		facts = append(facts, e.ContentType)
	}
	if e.RetryAfter > 0 {
		add("retry after %s", e.RetryAfter.Round(time.Millisecond))
	}
	if e.Attempts > 1 {
		add("%d attempts", e.Attempts)
	}
	if e.TraceID != "" {
		add("trace ID %s", e.TraceID)
	}
	if len(facts) > 0 {
		b.WriteString(" (" + strings.Join(facts, ", ") + ")")
	}
	return oneLine(b.String())
}

// advice says what Graph's texts leave out.
func advice(code, subcode int) string {
	if code == codeInvalidParameter && subcode == subcodeNoObject {
		return "the group does not exist, or the token lacks the permission to see it"
	}
	return ""
}

// Unwrap returns the error's class and, if the network, the context or the caller's code failed, that error.
func (e *Error) Unwrap() []error {
	if e.cause == nil {
		return []error{e.class}
	}
	return []error{e.class, e.cause}
}

// oneLine keeps a text of the server from adding lines to a log or from turning the rest of one around.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return ' '
		}
		return r
	}, s)
}
