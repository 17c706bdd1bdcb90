package client

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
)

// ErrorClass says what kind of failure an error is. Every error that this package returns matches exactly one of the
// Err constants under [errors.Is]; [Class] returns it, for a switch or as a metric's label. The text of a class is a
// few words, such as "rate limited", and does not change between releases. An error that the context or a time limit
// caused also matches [context.Canceled] or [context.DeadlineExceeded].
//
// A failure that the server reports is classed by Graph's code where that is known, then by is_transient, then by the
// HTTP status.
//
// A change that failed may have been carried out under [ErrAmbiguous] and [ErrUnavailable], and was carried out in part
// under [ErrPartial]. Under every other class it was not carried out.
type ErrorClass string

const (
	// ErrInvalidArgument means that an argument broke a rule and no request was sent. See [ArgumentError].
	ErrInvalidArgument ErrorClass = "invalid argument"
	// ErrNotSent means that no request reached the server whole, so nothing was carried out. The reason is the network, a
	// proxy, the token source, the limiter, the photo's reader or the context.
	ErrNotSent ErrorClass = "request not sent"
	// ErrNotFound means that, as Graph says, there is no such group or the business is not a member of it; or, under code
	// 100 with subcode 33, that the token may lack the permission to see it.
	ErrNotFound ErrorClass = "group not found"
	// ErrUnauthorized means that the access token, or the app secret proof, is missing, expired or refused.
	ErrUnauthorized ErrorClass = "unauthorized"
	// ErrForbidden means that the token is good, but it or the phone number may not do this, or the group is suspended.
	ErrForbidden ErrorClass = "forbidden"
	// ErrInvalidRequest means that the server refused the content of the request.
	ErrInvalidRequest ErrorClass = "invalid request"
	// ErrRateLimited means that a quota is used up. [Error.RetryAfter] says how long to wait, if that is known. Until then
	// further calls with the same token wait or fail with this error without touching the network: see [WithMaxPause].
	ErrRateLimited ErrorClass = "rate limited"
	// ErrUnavailable means that the server reported a failure of its own, or that no complete response came to a read. For
	// a change the server's report leaves open whether it was carried out.
	ErrUnavailable ErrorClass = "unavailable"
	// ErrPartial means that the server carried out only a part of the request. Read the group to see which.
	ErrPartial ErrorClass = "partially carried out"
	// ErrMalformedResponse means that a successful response to a read could not be understood. See [Error.Body].
	ErrMalformedResponse ErrorClass = "malformed response"
	// ErrAmbiguous means that a change was sent and its response was lost or broken, so it may or may not have been
	// carried out. Read the group before you retry; Graph may need a moment to apply what it has accepted.
	ErrAmbiguous ErrorClass = "outcome unknown"
	// ErrUnknown means a failure that fits no other class, such as a redirect, which is not followed, or a 404 that did
	// not come from Graph.
	ErrUnknown ErrorClass = "unknown failure"
)

// Error returns the text of the class.
func (c ErrorClass) Error() string { return string(c) }

// Class returns the class of err, and "" for nil and for errors that have none. The result is for comparing and for
// labels: do not return it as an error, since "" in an error is not nil.
func Class(err error) ErrorClass {
	class, _ := errors.AsType[ErrorClass](err)
	return class
}

// ArgumentError is an argument that was refused before any request was sent. It matches [ErrInvalidArgument]. [New] and
// the methods of [Client] return it as a pointer, for [errors.As] and [errors.AsType].
type ArgumentError struct {
	// Arg names the argument: the parameter, field or option, such as "groupID" or "WithBaseURL".
	Arg string
	// Reason is the rule that was broken, and how. It never holds a group ID, a token or a secret.
	Reason string
}

// Error gives the argument and the rule that it broke, in one line.
func (e *ArgumentError) Error() string { return "wagroups: " + e.Arg + ": " + e.Reason }

// Unwrap makes the error match [ErrInvalidArgument].
func (e *ArgumentError) Unwrap() error { return ErrInvalidArgument }

func argumentError(arg, format string, args ...any) *ArgumentError {
	return &ArgumentError{Arg: arg, Reason: fmt.Sprintf(format, args...)}
}

// Error is a call that failed: the server's own report, or the reason why there is none. It matches its class and the
// error of the network, the context or the caller's code that caused it, unless that one's text holds a secret. In all
// its texts the tokens of the call, the app secret, the proofs and the group ID are replaced by [redacted].
type Error struct {
	// Op is the method that was called, such as "GetGroup".
	Op string
	// StatusCode is the HTTP status of the response that the error is about, 0 when there was none.
	StatusCode int
	// Code and Subcode are the numbers by which Graph tells errors apart; 0 when there are none. Where the class is
	// not enough decide by Code, not by StatusCode: Graph sends one code under several statuses.
	Code, Subcode int
	// Type is Graph's coarse class, most often "OAuthException".
	Type string
	// Message is Graph's text for developers, or what happened when Graph did not say: for a response of a gateway or
	// proxy, that it is not Graph's and how it begins.
	Message string
	// Details explains Message; it is error_data.details of the response.
	Details string
	// UserTitle and UserMessage are Graph's texts for people; most errors have none.
	UserTitle, UserMessage string
	// ContentType is what the response says of itself; the client does not rely on it.
	ContentType string
	// TraceID names the call in a support request to Meta.
	TraceID string
	// Transient is Graph's own statement that the request may succeed later.
	Transient bool
	// RetryAfter is how long the server asked to wait, counted from its response; 0 when it did not say. For a call that
	// was held back because of an earlier response, it is what is left of that pause.
	RetryAfter time.Duration
	// Attempts counts the requests that were sent or tried; 0 when the call failed before the first.
	Attempts int
	// Body is the beginning of the response's body, at most 4 KiB; nil when there was none.
	Body []byte

	class ErrorClass
	cause error
}

// Error gives the operation, what went wrong, the numbers to look it up and the trace ID, in one line.
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
		add("trace id %s", e.TraceID)
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

// Unwrap gives the error's class and, where the network, the context or the caller's code failed, the cause.
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
