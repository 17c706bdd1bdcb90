package client

import "net/http"

// classify names the class of a failure that the server reported: by Graph's code, then by Graph's own statement that
// it is transient, then by the HTTP status, which is the least reliable of the three.
func classify(status int, e graphError) error {
	if e.hasCode {
		if class := classOfCode(e.code, e.subcode); class != nil {
			return class
		}
	}
	if e.transient {
		return ErrUnavailable
	}
	return classOfStatus(status)
}

// classOfCode knows the codes that Meta documents for this API and those that Graph shares among all of its APIs. It
// returns nil for any other.
func classOfCode(code, subcode int) error {
	switch code {
	case 0, 102, 104, 190:
		return ErrUnauthorized
	case 3, 10, 368, 131005, 131031,
		131207, // the group is suspended
		131215: // the phone number may not use groups
		return ErrForbidden
	case 803, 131041:
		return ErrNotFound
	case 100:
		if subcode == 33 { // an object that does not exist
			return ErrNotFound
		}
		return ErrInvalidRequest
	case 33, 131008, 131009,
		131209, // the photo is not square
		131210: // the photo is too small
		return ErrInvalidRequest
	case 4, 17, 32, 341, 613, 130429, 131048, 131056, 131064,
		131208, // the limit of group operations
		133016:
		return ErrRateLimited
	case 1, 2, 131000, 131016, 131057:
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
	return nil
}

func classOfStatus(status int) error {
	switch status {
	case http.StatusUnauthorized:
		return ErrUnauthorized
	case http.StatusForbidden:
		return ErrForbidden
	case http.StatusNotFound, http.StatusGone:
		return ErrNotFound
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
