package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

const (
	// renameTimeout bounds a rename, retries included: a person waits for the answer.
	renameTimeout = 10 * time.Second
	// maxBody is more than a subject of 128 characters takes, escaped.
	maxBody = 4 << 10
)

// service renames groups for others.
type service struct {
	client *client.Client
	log    *slog.Logger
}

// newService answers PUT /groups/{id}/subject with a body like {"subject":"Allotment 2026"}. The answer is 202, for
// accepted and not yet applied, with the id of the request, or what failureOf makes of the client's error.
func newService(c *client.Client, log *slog.Logger) http.Handler {
	s := &service{client: c, log: log}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /groups/{id}/subject", s.rename)
	return mux
}

func (s *service) rename(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Subject *string `json:"subject"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&body); err != nil || body.Subject == nil {
		s.fail(w, r, failure{http.StatusBadRequest, "invalid", `the body must be like {"subject":"Allotment 2026"}`, 0}, err)
		return
	}
	// A caller who gives up ends the request's context, and with it the call.
	ctx, cancel := context.WithTimeout(r.Context(), renameTimeout)
	defer cancel()
	receipt, err := s.client.UpdateGroup(ctx, r.PathValue("id"), client.GroupUpdate{Subject: body.Subject})
	if err != nil {
		s.fail(w, r, failureOf(err), err)
		return
	}
	s.answer(w, r, http.StatusAccepted, map[string]string{"request_id": receipt.RequestID})
}

// fail answers with a failure and logs the error behind it, which holds neither the token nor the group's id. The
// path is not logged: it holds the id.
func (s *service) fail(w http.ResponseWriter, r *http.Request, f failure, err error) {
	s.log.WarnContext(r.Context(), "rename failed", slog.String("code", f.code), slog.Any("error", err))
	if f.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(f.retryAfter.Seconds()))))
	}
	s.answer(w, r, f.status, map[string]string{"error": f.code, "message": f.message})
}

func (s *service) answer(w http.ResponseWriter, r *http.Request, status int, body map[string]string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.log.WarnContext(r.Context(), "the answer could not be sent", slog.Any("error", err))
	}
}
