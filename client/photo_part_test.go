package client_test

import (
	"bytes"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// partOf returns the name of the part with the photo.
func partOf(t *testing.T, r *http.Request) string {
	t.Helper()
	form, err := r.MultipartReader()
	clienttest.WantClass(t, err, nil)
	for {
		part, err := form.NextPart()
		if err != nil {
			t.Error(err)
			return ""
		}
		if part.FileName() != "" {
			return part.FormName()
		}
	}
}

// A photo whose parameters the server refuses is sent once more under the other name, by a policy of one attempt too.
func TestPhotoPart(t *testing.T) {
	refuse := func(code int) http.HandlerFunc { return clienttest.Respond(400, clienttest.GraphError(code)) }
	text := func(body string) http.HandlerFunc { return clienttest.Respond(400, body) }
	const once, twice = "file", "file profile_picture_file"
	repeating := client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 2, BaseDelay: 1, MaxDelay: 1, RetryUpdates: true})
	for _, tt := range []struct {
		name      string
		opt       client.Option // nil: no retries
		responses []http.HandlerFunc
		parts     string
		class     error
		code      int
	}{
		{"accepted", nil, []http.HandlerFunc{clienttest.Success}, once, nil, 0},
		{"an unknown parameter", nil, []http.HandlerFunc{refuse(131009), clienttest.Success}, twice, nil, 0},
		{"a missing parameter", nil, []http.HandlerFunc{refuse(131008), clienttest.Success}, twice, nil, 0},
		{"an invalid parameter", nil, []http.HandlerFunc{refuse(100), clienttest.Success}, twice, nil, 0},
		{"both refused", nil, []http.HandlerFunc{refuse(131009), refuse(100), refuse(131008)}, twice,
			client.ErrInvalidRequest, 131009},
		{"both refused, by a policy of three attempts", clienttest.FastRetries(3),
			[]http.HandlerFunc{refuse(100), refuse(131009)}, twice, client.ErrInvalidRequest, 100},
		{"the other name meets trouble", nil,
			[]http.HandlerFunc{refuse(131009), clienttest.Respond(503, clienttest.GraphError(2))}, twice,
			client.ErrUnavailable, 2},
		{"the other name is throttled", clienttest.FastRetries(2),
			[]http.HandlerFunc{refuse(131009), refuse(4), clienttest.Success}, twice + " profile_picture_file", nil, 0},
		{"both refused after an attempt that may have been carried out", repeating,
			[]http.HandlerFunc{clienttest.Respond(503, ""), refuse(131009), refuse(100)}, once + " " + twice, client.ErrAmbiguous, 100},
		{"no such group", nil, []http.HandlerFunc{text(`{"error":{"code":100,"error_subcode":33}}`)}, once, client.ErrNotFound, 100},
		{"a refused proof", nil,
			[]http.HandlerFunc{text(`{"error":{"code":100,"message":"Invalid appsecret_proof provided in the API argument"}}`)}, once,
			client.ErrUnauthorized, 100},
		{"a photo that is too small", nil, []http.HandlerFunc{refuse(131210)}, once, client.ErrInvalidRequest, 131210},
		{"a group that is not found", nil, []http.HandlerFunc{refuse(131041)}, once, client.ErrNotFound, 131041},
		{"a refused token", nil, []http.HandlerFunc{refuse(190)}, once, client.ErrUnauthorized, 190},
		{"throttled", nil, []http.HandlerFunc{refuse(4)}, once, client.ErrRateLimited, 4},
		{"a 400 of a gateway", nil, []http.HandlerFunc{text("<html>")}, once, client.ErrInvalidRequest, 0},
		{"trouble", nil, []http.HandlerFunc{clienttest.Respond(503, "")}, once, client.ErrUnavailable, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var parts []string
			respond := clienttest.InTurn(tt.responses...)
			s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				parts = append(parts, partOf(t, r))
				respond(w, r)
			})
			c := s.Client(clienttest.NoRetries, tt.opt)
			ctx, info := client.WithCallInfo(t.Context())
			_, err := c.SetGroupPhoto(ctx, clienttest.GroupID, clienttest.Photo())
			clienttest.WantClass(t, err, tt.class)
			clienttest.Equal(t, "parts", strings.Join(parts, " "), tt.parts)
			clienttest.Equal(t, "attempts", info.Attempts, len(parts))
			if tt.class != nil {
				clienttest.Equal(t, "code", clienttest.AsError(t, err).Code, tt.code)
			}
			// What failed is not remembered, and what was accepted is.
			remembered := parts[len(parts)-1]
			if tt.class != nil {
				remembered = "file"
			}
			before := len(parts)
			_, _ = c.SetGroupPhoto(t.Context(), clienttest.GroupID, clienttest.Photo())
			clienttest.Equal(t, "part of the next call", parts[before], remembered)
		})
	}
}

// The name that a server takes is remembered by a client and those made from it, until it is refused.
func TestPhotoPartIsRemembered(t *testing.T) {
	var handlers [2]http.Handler
	for i, name := range []string{"file", "profile_picture_file"} {
		fake, err := fakegraph.New(fakegraph.WithPhotoPart(name),
			fakegraph.WithGroups(fakegraph.Group{ID: clienttest.GroupID}))
		clienttest.WantClass(t, err, nil)
		handlers[i] = fake.Handler()
	}
	var takes atomic.Int64
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) { handlers[takes.Load()].ServeHTTP(w, r) })
	c := s.Client(clienttest.NoRetries)
	before, err := c.WithTokenSource(client.StaticToken("EAAtenant"))
	clienttest.WantClass(t, err, nil)
	requests := func(c *client.Client, want int) {
		t.Helper()
		sent := s.Requests()
		receipt, err := c.SetGroupPhoto(t.Context(), clienttest.GroupID, bytes.NewReader(clienttest.RealPhoto()))
		clienttest.WantClass(t, clienttest.Outcome(receipt, err), nil)
		clienttest.Equal(t, "requests", s.Requests()-sent, want)
	}
	requests(c, 1)
	takes.Store(1)
	requests(c, 2)
	requests(c, 1)
	requests(before, 1)
	after, err := c.WithTokenSource(client.StaticToken("EAAanother-tenant"))
	clienttest.WantClass(t, err, nil)
	requests(after, 1)
	requests(s.Client(clienttest.NoRetries), 2)
	takes.Store(0)
	requests(after, 2)
	requests(c, 1)
}
