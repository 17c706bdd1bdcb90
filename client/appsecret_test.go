package client_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
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
	for _, tt := range []struct {
		name     string
		date     func() string // of the server
		opts     []client.Option
		requests int
	}{
		{"a token that is refused whatever the time", hourAhead, []client.Option{secret}, 2},
		{"a clock that jumps", func() string { jump += time.Hour; return ahead(jump) }, []client.Option{secret}, 2},
		{"a clock that is right", func() string { return ahead(0) }, []client.Option{secret}, 1},
		{"as far off as a slow request may be", func() string { return ahead(time.Minute) }, []client.Option{secret}, 1},
		{"no clock at all", func() string { return "midnight" }, []client.Option{secret}, 1},
		{"no app secret", hourAhead, nil, 1},
		{"no retries wanted", hourAhead, []client.Option{secret, clienttest.NoRetries}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
					clienttest.Respond(http.StatusUnauthorized, clienttest.GraphError(190), "Date", tt.date())(w, r)
				})
				_, err := s.Client(tt.opts...).GetGroup(t.Context(), clienttest.GroupID)
				clienttest.WantClass(t, err, client.ErrUnauthorized)
				clienttest.Equal(t, "requests", s.Requests(), tt.requests)
			})
		})
	}
}
