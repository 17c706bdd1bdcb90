package client_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// The proof was computed by other means:
//
//	printf '%s' 'EAAtoken-of+the/tests_01.23456789|946684800' |
//		openssl dgst -sha256 -hmac '5ec2e7c0ffee+5ec2e7c0/ffee=5ec2~e7c0'
func TestAppSecretProof(t *testing.T) {
	const proof = "fd02fcd0c936b6ca3a031027531581ad8ce59e2d8f39944e0d31e0bb25ff876d"
	synctest.Test(t, func(t *testing.T) { // where the clock says 946684800
		s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			query := "appsecret_proof=" + proof + "&appsecret_time=946684800"
			if r.Method == http.MethodGet {
				query = "fields=subject,description&" + query
			}
			clienttest.Equal(t, "query", r.URL.RawQuery, query)
			clienttest.Equal(t, "Authorization", r.Header.Get("Authorization"), "Bearer "+clienttest.Token)
			clienttest.Success(w, r)
		})
		c := s.Client(client.WithAppSecret(clienttest.AppSecret))
		for range 2 { // the proof is no part of what calls share
			_, err := c.GetGroup(t.Context(), clienttest.GroupID, client.FieldSubject, client.FieldDescription)
			clienttest.WantClass(t, err, nil)
			for _, op := range clienttest.Operations[1:] {
				clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
			}
		}
	})
}

func TestClockIsCorrectedOnce(t *testing.T) {
	secret := client.WithAppSecret(clienttest.AppSecret)
	ahead := func(d time.Duration) string { return time.Now().Add(d).UTC().Format(http.TimeFormat) }
	hourAhead := func() string { return ahead(time.Hour) }
	var jump time.Duration
	token := clienttest.GraphError(190)
	refusal := func(message string) string { return `{"error":{"message":"` + message + `","code":100}}` }
	const proof, stamp = "Invalid appsecret_proof provided in the API argument", "Invalid appsecret_time"
	for _, tt := range []struct {
		name     string
		body     string
		date     func() string // of the server
		opts     []client.Option
		requests int // of two calls
	}{
		{"a token that is refused whatever the time", token, hourAhead, []client.Option{secret}, 3},
		{"a proof that is refused", refusal(proof), hourAhead, []client.Option{secret}, 3},
		{"a proof that is missing", refusal("API calls from the server require an appsecret_proof argument"), hourAhead,
			[]client.Option{secret}, 3},
		{"a time that is refused", refusal(stamp), hourAhead, []client.Option{secret}, 3},
		{"a clock that jumps", token, func() string { jump += time.Hour; return ahead(jump) }, []client.Option{secret}, 4},
		{"a clock that is right", token, func() string { return ahead(0) }, []client.Option{secret}, 2},
		{
			"as far off as a slow request may be", token, func() string { return ahead(time.Minute) },
			[]client.Option{secret}, 2,
		},
		{"no clock at all", token, func() string { return "midnight" }, []client.Option{secret}, 2},
		{"no app secret", token, hourAhead, nil, 2},
		{"no retries wanted", token, hourAhead, []client.Option{secret, clienttest.NoRetries}, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var shown []string // the proof of a call's first request, also in the response to the second
				s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
					if shown == nil {
						shown = r.URL.Query()["appsecret_proof"]
					}
					clienttest.Respond(http.StatusBadRequest, tt.body, "Date", tt.date(), "Content-Type", fmt.Sprint(shown))(w, r)
				})
				c := s.Client(tt.opts...)
				for range 2 {
					shown = nil
					_, err := c.GetGroup(t.Context(), clienttest.GroupID)
					clienttest.WantClass(t, err, client.ErrUnauthorized)
					clienttest.ScanError(t, err, shown...)
				}
				clienttest.Equal(t, "requests", s.Requests(), tt.requests)
			})
		})
	}
}

// When the clock is an hour off, all first calls learn that at once, and all succeed, also those of another tenant.
func TestClockIsCorrectedForManyCalls(t *testing.T) {
	const calls = 20
	synctest.Test(t, func(t *testing.T) {
		fake, err := fakegraph.New(fakegraph.WithAppSecret(clienttest.AppSecret),
			fakegraph.WithGroups(fakegraph.Group{ID: clienttest.GroupID}),
			fakegraph.WithClock(func() time.Time { return time.Now().Add(time.Hour) }))
		clienttest.WantClass(t, err, nil)
		handler := fake.Handler()
		var number atomic.Int64
		everyone := make(chan struct{})
		s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			if number.Add(1) == calls {
				close(everyone)
			}
			<-everyone
			handler.ServeHTTP(w, r)
		})
		c := s.Client(client.WithAppSecret(clienttest.AppSecret))
		other, err := c.WithTokenSource(client.StaticToken("EAAtoken-of-another-tenant"))
		clienttest.WantClass(t, err, nil)
		var group sync.WaitGroup
		for i := range calls {
			group.Go(func() {
				op := clienttest.Operations[i%2] // read and update
				clienttest.WantClass(t, op.Call(t.Context(), []*client.Client{c, other}[i/2%2], clienttest.GroupID), nil)
			})
		}
		group.Wait()
		clienttest.Equal(t, "requests", s.Requests(), 2*calls)
		clienttest.WantClass(t, clienttest.Outcome(other.GetGroup(t.Context(), clienttest.GroupID)), nil)
		clienttest.Equal(t, "requests once the clock is known", s.Requests(), 2*calls+1)
	})
}
