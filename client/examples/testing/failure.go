package main

import (
	"errors"
	"net/http"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

// failure is what the caller of the service is told. The texts are the service's own: those of Graph are meant for
// the developers of this service, and go to its log.
type failure struct {
	status     int
	code       string
	message    string
	retryAfter time.Duration // 0 when it is not known
}

// failureOf translates the client's error classes. The caller has to learn three things: whose mistake it was, whether
// the group may have been renamed all the same, and when to try again.
func failureOf(err error) failure {
	if argument, ok := errors.AsType[*client.ArgumentError](err); ok {
		switch argument.Arg {
		case "groupID":
			return failure{http.StatusBadRequest, "invalid", "id: " + argument.Reason, 0}
		case "GroupUpdate.Subject":
			return failure{http.StatusBadRequest, "invalid", "subject: " + argument.Reason, 0}
		}
	}
	var retryAfter time.Duration
	if graph, ok := errors.AsType[*client.Error](err); ok {
		retryAfter = graph.RetryAfter
	}
	switch {
	case errors.Is(err, client.ErrNotFound):
		return failure{http.StatusNotFound, "not_found", "there is no such group", 0}
	case errors.Is(err, client.ErrForbidden):
		return failure{http.StatusForbidden, "forbidden", "this group cannot be renamed", 0}
	case errors.Is(err, client.ErrInvalidRequest):
		return failure{http.StatusUnprocessableEntity, "refused", "WhatsApp refused the subject", 0}
	case errors.Is(err, client.ErrRateLimited):
		return failure{http.StatusTooManyRequests, "rate_limited", "not renamed: too many requests", retryAfter}
	case errors.Is(err, client.ErrUnauthorized), errors.Is(err, client.ErrInvalidArgument):
		// A token that is refused, or is none. 401 would tell the caller that its own credentials are wrong.
		return failure{http.StatusInternalServerError, "internal", "not renamed: the service is not set up", 0}
	case errors.Is(err, client.ErrNotSent):
		return failure{http.StatusServiceUnavailable, "not_sent", "not renamed: WhatsApp cannot be reached", 0}
	case errors.Is(err, client.ErrUnavailable), errors.Is(err, client.ErrPartial):
		return failure{
			http.StatusServiceUnavailable, "unavailable",
			"WhatsApp is in trouble; the group may have been renamed, so look before you try again", retryAfter,
		}
	case errors.Is(err, client.ErrAmbiguous):
		return failure{
			http.StatusBadGateway, "outcome_unknown",
			"the answer was lost; the group may have been renamed, so look before you try again", 0,
		}
	}
	return failure{http.StatusBadGateway, "unknown", "not renamed: WhatsApp reported an unknown failure", 0}
}
