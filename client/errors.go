package client

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The classes of failure. Every error that a call returns matches exactly one of them under [errors.Is]. An error
// that the context or a time limit caused matches [context.Canceled] or [context.DeadlineExceeded] besides.
//
// A failure that the server reports is classed by Graph's code, where that is known, then by is_transient, then by the
// HTTP status.
//
// A change that failed may have been carried out under [ErrAmbiguous] and [ErrUnavailable], and was in part under
// [ErrPartial]. Under every other class it was not.
var (
	// ErrInvalidArgument: an argument broke a rule and no request was sent. See [ArgumentError].
	ErrInvalidArgument = errors.New("invalid argument")
	// ErrNotSent: no request reached the server whole, so nothing was carried out. The network, the token source, the
	// limiter, the photo's reader or the context was in the way.
	ErrNotSent = errors.New("request not sent")
	// ErrNotFound: there is no such group, or the business is not a member of it.
	ErrNotFound = errors.New("group not found")
	// ErrUnauthorized: the access token is missing, expired or refused, or the app secret is wrong.
	ErrUnauthorized = errors.New("unauthorized")
	// ErrForbidden: the token is good, but it or the phone number may not do this, or the group is suspended.
	ErrForbidden = errors.New("forbidden")
	// ErrInvalidRequest: the server refused the content of the request.
	ErrInvalidRequest = errors.New("invalid request")
	// ErrRateLimited: a quota is used up. [Error.RetryAfter] says how long to wait, if that is known. Until then further
	// calls of the client fail with this error at once, without touching the network: throttled calls count too, and
	// make the wait longer.
	ErrRateLimited = errors.New("rate limited")
	// ErrUnavailable: the server reported trouble of its own, or no whole answer came to a read. For a change the server's
	// report leaves open whether it was carried out.
	ErrUnavailable = errors.New("unavailable")
	// ErrPartial: the server carried out a part of the request only. Read the group to see which.
	ErrPartial = errors.New("partially carried out")
	// ErrMalformedResponse: a successful answer to a read could not be understood. See [DecodeError].
	ErrMalformedResponse = errors.New("malformed response")
	// ErrAmbiguous: a change was sent and its answer was lost or broken, so it may or may not have been carried out.
	// Read the group before you repeat it; Graph may need a moment to apply what it has accepted.
	ErrAmbiguous = errors.New("outcome unknown")
	// ErrUnknown: the server reported a failure that fits no other class, or redirected the request, which is not
	// followed.
	ErrUnknown = errors.New("unknown failure")
)

// ArgumentError is an argument that was refused before any request was sent. It matches [ErrInvalidArgument]. [New] and
// the methods of [Client] return it as a pointer, for [errors.As] and [errors.AsType].
type ArgumentError struct {
	// Arg names the argument: the parameter, field or option, such as "groupID" or "WithBaseURL".
	Arg string
	// Reason is the rule that was broken, and how. It never repeats a group id, a token or a secret.
	Reason string
}

// Error gives the argument and the rule that it broke, in one line.
func (e *ArgumentError) Error() string { return "wagroups: " + e.Arg + ": " + e.Reason }

// Unwrap makes the error match [ErrInvalidArgument].
func (e *ArgumentError) Unwrap() error { return ErrInvalidArgument }

func argumentError(arg, format string, args ...any) *ArgumentError {
	return &ArgumentError{Arg: arg, Reason: fmt.Sprintf(format, args...)}
}

// Class returns the one of the Err… values that err matches, and nil for nil and for errors of other packages. Its
// text, a few words such as "rate limited", is the same in every release and a good label for a metric.
func Class(err error) error {
	for _, class := range classes() {
		if errors.Is(err, class) {
			return class
		}
	}
	return nil
}

func classes() [12]error {
	return [...]error{
		ErrInvalidArgument, ErrNotSent, ErrNotFound, ErrUnauthorized, ErrForbidden, ErrInvalidRequest, ErrRateLimited,
		ErrUnavailable, ErrPartial, ErrMalformedResponse, ErrAmbiguous, ErrUnknown,
	}
}

// Error is a call that failed: the server's own report, or the reason why there is none. It matches one of the Err…
// values, and the error of the network or the context that caused it. Its texts are the server's, with the token, the
// app secret, the proof and the group id replaced by [redacted] wherever they appear.
type Error struct {
	// Op is the method that was called, such as "GetGroup".
	Op string
	// StatusCode is the HTTP status of the answer that the error is about, 0 when there was none.
	StatusCode int
	// Code and Subcode are the numbers by which Graph tells errors apart; 0 when there are none. Where the class is
	// not enough decide by Code, not by StatusCode: Graph sends one code under several statuses.
	Code, Subcode int
	// Type is Graph's coarse class, most often "OAuthException".
	Type string
	// Message is Graph's text for developers, or what happened when Graph did not say.
	Message string
	// Details explains Message; it is error_data.details of the answer.
	Details string
	// UserTitle and UserMessage are Graph's texts for people; most errors have none.
	UserTitle, UserMessage string
	// TraceID names the call in a support request to Meta.
	TraceID string
	// Transient is Graph's own statement that the request may succeed later.
	Transient bool
	// RetryAfter is how long the server asked to wait, counted from its answer; 0 when it did not say. For a call that
	// was not sent because of an earlier answer, it is what is left of that wait.
	RetryAfter time.Duration
	// Attempts counts the requests that were sent or tried; 0 when the call failed before the first.
	Attempts int
	// Body is the beginning of the body of the answer that the error is about, at most 4 KiB; nil when there was none.
	Body []byte

	class error
	cause error
}

// Error gives the operation, what went wrong, the numbers to look it up and the trace id, in one line.
func (e *Error) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "wagroups: %s: %v", e.Op, e.class)
	if e.Message != "" {
		b.WriteString(": " + e.Message)
	}
	if e.Details != "" {
		b.WriteString(": " + e.Details)
	}
	if e.cause != nil {
		b.WriteString(": " + e.cause.Error())
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

// Unwrap gives the error's class and, where the network or the context failed, its cause.
func (e *Error) Unwrap() []error { return classAndCause(e.class, e.cause) }

// DecodeError is an answer with a 2xx status that could not be understood, or that is longer than 1 MiB. It matches
// [ErrMalformedResponse] after a read and [ErrAmbiguous] after a change.
type DecodeError struct {
	// Op is the method that was called, such as "GetGroup".
	Op string
	// StatusCode is the HTTP status of the answer, 200 to 299.
	StatusCode int
	// ContentType is what the answer said of itself. The client does not rely on it.
	ContentType string
	// Reason says what was wrong with the body.
	Reason string
	// Body is the beginning of the answer's body, at most 4 KiB, without secrets and group ids.
	Body []byte
	// TraceID names the call in a support request to Meta.
	TraceID string
	// Attempts counts the requests that were sent or tried.
	Attempts int

	class error
	cause error
}

// Error gives the operation, the status and what was wrong with the answer, in one line.
func (e *DecodeError) Error() string {
	s := fmt.Sprintf("wagroups: %s: %v: %s (HTTP status %d", e.Op, e.class, e.Reason, e.StatusCode)
	if e.ContentType != "" {
		s += ", " + e.ContentType
	}
	if e.Attempts > 1 {
		s += fmt.Sprintf(", %d attempts", e.Attempts)
	}
	if e.TraceID != "" {
		s += ", trace id " + e.TraceID
	}
	return oneLine(s + ")")
}

// Unwrap gives the error's class and the decoder's error, if there is one.
func (e *DecodeError) Unwrap() []error { return classAndCause(e.class, e.cause) }

func classAndCause(class, cause error) []error {
	if cause == nil {
		return []error{class}
	}
	return []error{class, cause}
}

// oneLine keeps a text of the server from adding lines to a log.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
