package client_test

import (
	"io"
	"net/http"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// userAgentPattern is that of Meta's OpenAPI document.
var userAgentPattern = regexp.MustCompile(
	`^[a-zA-Z0-9\-_]+\/[0-9]+\.[0-9]+\.[0-9]+(;[a-zA-Z0-9\-=\.]+)?(\s+[a-zA-Z0-9\-_]+\/[0-9\-\.]+)?$`)

func TestRequests(t *testing.T) {
	type request struct{ method, uri, contentType, body string }
	path := "/" + client.DefaultAPIVersion + "/" + clienttest.GroupID
	for _, tt := range []struct {
		name string
		call func(c *client.Client) error
		want request
	}{
		{
			"a read asks for all fields",
			func(c *client.Client) error { return clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID)) },
			request{"GET", path + "?fields=subject,description,join_approval_mode,suspended,creation_timestamp," +
				"participants,total_participant_count", "", ""},
		},
		{
			"a read asks for what the caller wants, in this order", func(c *client.Client) error {
				return clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID, client.FieldParticipants, client.FieldID))
			}, request{"GET", path + "?fields=participants,id", "", ""},
		},
		{
			"an update of the subject", func(c *client.Client) error {
				return clienttest.Outcome(c.UpdateGroup(t.Context(), clienttest.GroupID,
					client.GroupUpdate{Subject: new("Allotment")}))
			}, request{"POST", path, "application/json", `{"messaging_product":"whatsapp","subject":"Allotment"}`},
		},
		{
			"an update that removes the description", func(c *client.Client) error {
				return clienttest.Outcome(c.UpdateGroup(t.Context(), clienttest.GroupID, client.GroupUpdate{Description: new("")}))
			}, request{"POST", path, "application/json", `{"description":"","messaging_product":"whatsapp"}`},
		},
		{
			"an update of both texts", func(c *client.Client) error {
				return clienttest.Outcome(c.UpdateGroup(t.Context(), clienttest.GroupID,
					client.GroupUpdate{Subject: new("🌱 \"Allotment\""), Description: new("Seeds\nWater")}))
			},
			request{"POST", path, "application/json",
				`{"description":"Seeds\nWater","messaging_product":"whatsapp","subject":"🌱 \"Allotment\""}`},
		},
		{
			"a deletion", func(c *client.Client) error {
				return clienttest.Outcome(c.DeleteGroup(t.Context(), clienttest.GroupID))
			},
			request{"DELETE", path, "application/json", ""},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				clienttest.WantClass(t, err, nil)
				clienttest.Equal(t, "request", request{r.Method, r.RequestURI, r.Header.Get("Content-Type"), string(body)}, tt.want)
				clienttest.Equal(t, "Content-Length", r.ContentLength, int64(len(tt.want.body)))
				clienttest.Equal(t, "Transfer-Encoding", len(r.TransferEncoding), 0)
				clienttest.Success(w, r)
			})
			clienttest.WantClass(t, tt.call(s.Client()), nil)
			clienttest.Equal(t, "requests", s.Requests(), 1)
		})
	}
}

func TestHeaders(t *testing.T) {
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		clienttest.Equal(t, "Authorization", strings.Join(r.Header["Authorization"], "|"), "Bearer "+clienttest.Token)
		clienttest.Equal(t, "Accept", strings.Join(r.Header["Accept"], "|"), "application/json")
		clienttest.Equal(t, "Host", r.Host, "localhost")
		known := []string{"Accept", "Accept-Encoding", "Authorization", "Content-Length", "Content-Type", "User-Agent"}
		for name := range r.Header {
			if !slices.Contains(known, name) {
				t.Errorf("%s: header %s", r.Method, name)
			}
		}
		clienttest.Success(w, r)
	})
	c := s.Client()
	for _, op := range clienttest.Operations {
		clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
	}
}

func TestUserAgent(t *testing.T) {
	own := "wagroups-go/" + client.Version + ";go=" + strings.TrimPrefix(strings.Fields(runtime.Version())[0], "go")
	for _, tt := range []struct{ name, product, end string }{
		{"this package alone", "", ""},
		{"a product", "allotment/1.2", " allotment/1.2"},
		{"a product with every sign", "My_allotment-2/1.2-3", " My_allotment-2/1.2-3"},
		{"128 characters", strings.Repeat("a", 124) + "/1.2", " " + strings.Repeat("a", 124) + "/1.2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				ua := strings.Join(r.Header["User-Agent"], "|")
				if !userAgentPattern.MatchString(ua) || !strings.HasPrefix(ua, own) || !strings.HasSuffix(ua, tt.end) {
					t.Errorf("User-Agent %q", ua)
				}
				clienttest.Success(w, r)
			})
			var opts []client.Option
			if tt.product != "" {
				opts = append(opts, client.WithUserAgent(tt.product))
			}
			c := s.Client(opts...)
			for _, op := range clienttest.Operations {
				clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
			}
		})
	}
}

// A Doer may change its request, in place too, without any harm to later attempts and calls.
func TestRequestsShareNothing(t *testing.T) {
	number := 0
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		clienttest.Equal(t, "X-Attempt", len(r.Header["X-Attempt"]), 1)
		clienttest.Equal(t, "path", r.URL.Path, "/"+client.DefaultAPIVersion+"/"+clienttest.GroupID)
		clienttest.Equal(t, "query", strings.Contains(r.URL.RawQuery, "rewritten"), false)
		clienttest.Equal(t, "Authorization", r.Header.Get("Authorization"), "Bearer "+clienttest.Token)
		clienttest.Equal(t, "Accept", r.Header.Get("Accept"), "application/json")
		clienttest.Equal(t, "User-Agent", strings.HasPrefix(r.UserAgent(), "wagroups-go/"), true)
		if number++; number%2 == 1 {
			clienttest.Respond(http.StatusTooManyRequests, "")(w, r)
			return
		}
		clienttest.Success(w, r)
	})
	meddle := clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
		r.Header.Add("X-Attempt", "1")
		resp, err := s.Transport.RoundTrip(r)
		for _, values := range r.Header {
			values[0] = "rewritten"
		}
		r.URL.Scheme, r.URL.Host, r.URL.Path, r.URL.RawQuery = "https", "elsewhere.example", "/elsewhere", "rewritten"
		return resp, err
	})
	c := s.Client(clienttest.FastRetries(2), client.WithHTTPClient(meddle))
	for range 2 {
		for _, op := range clienttest.Operations {
			clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
		}
	}
	clienttest.Equal(t, "requests", s.Requests(), 4*len(clienttest.Operations))
}
