package client

import (
	"net/http"
	"strings"
)

// The codes that more than the table below knows.
const (
	codeInvalidParameter = 100
	subcodeNoObject      = 33
	codeNoActiveToken    = 2500
)

// CodeClass returns the class of a Graph error code and subcode. It knows the codes that Meta documents for group calls
// and their webhooks, and those that all Graph APIs share. For other codes it returns "", and also for 0, which Graph
// sends for an invalid token but which also stands for a missing code.
func CodeClass(code, subcode int) ErrorClass {
	switch code {
	case 101, // error validating application
		102,
		104, // no token
		190:
		return ErrUnauthorized
	case 3, 10, 368, 131005, 131031,
		131042, // payment
		133010, // the phone number is not registered
		131207, // the group is suspended
		131215: // the phone number may not use groups
		return ErrForbidden
	case 803, 131041:
		return ErrNotFound
	case codeInvalidParameter:
		if subcode == subcodeNoObject {
			return ErrNotFound
		}
		return ErrInvalidRequest
	case 33, 131008, 131009,
		131209, // the photo is not square
		131210: // the photo is too small
		return ErrInvalidRequest
	case 4, 9, 17, 32, 341, 613, 130429, 131048, 131056, 131064,
		131208, // the limit of group operations
		133016:
		return ErrRateLimited
	case -1, 1, 2, 131000, 131016, 131057:
		return ErrUnavailable
	case 131201:
		return ErrPartial
	}
	switch {
	case 200 <= code && code <= 299:
		return ErrForbidden
	case 80000 <= code && code <= 80014:
		return ErrRateLimited
	}
	return ""
}

// isAppCode reports whether a quota is the app's, and so every token's.
func isAppCode(code int) bool { return code == 4 || code == 341 }

// lastsHours reports whether a quota stays used up for hours, so that a retry within a call is pointless.
func lastsHours(code int) bool { return code == 131048 || code == 131064 || code == 133016 }

// classify names the class of a failure that the server reported: by Graph's code, then by Graph's own statement that
// it is transient, then by the HTTP status, which is the least reliable of the three.
func classify(status int, e graphError) ErrorClass {
	if e.hasCode {
		if e.code == 0 || e.refusesProof() || e.code == codeNoActiveToken && e.mentions("active access token") {
			return ErrUnauthorized
		}
		if class := CodeClass(e.code, e.subcode); class != "" {
			return class
		}
	}
	if e.transient {
		return ErrUnavailable
	}
	return classOfStatus(status)
}

// refusesProof: Graph has no code of its own for an app secret proof that is missing, invalid or too old.
func (e *graphError) refusesProof() bool {
	return e.code == codeInvalidParameter && (e.mentions("appsecret_proof") || e.mentions("appsecret_time"))
}

func (e *graphError) mentions(words string) bool {
	return strings.Contains(strings.ToLower(e.message), words) || strings.Contains(strings.ToLower(e.details), words)
}

func classOfStatus(status int) ErrorClass {
	switch status {
	case http.StatusUnauthorized:
		return ErrUnauthorized
	case http.StatusForbidden:
		return ErrForbidden
	case http.StatusNotFound, http.StatusGone, http.StatusProxyAuthRequired:
		// Graph says "not found" by its codes; a gateway without a route says it by these.
		return ErrUnknown
	case http.StatusTooManyRequests:
		return ErrRateLimited
	case http.StatusRequestTimeout:
		return ErrUnavailable
	}
	switch {
	case 400 <= status && status <= 499:
		return ErrInvalidRequest
	case 500 <= status && status <= 599:
		return ErrUnavailable
	}
	return ErrUnknown
}
