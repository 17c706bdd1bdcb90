package client_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// The proof was computed by other means:
//
//	printf '%s' 'EAAtoken-of-the-tests_0123456789|946684800' |
//		openssl dgst -sha256 -hmac 5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0
func TestAppSecretProof(t *testing.T) {
	const proof = "09b7d801ca4ad7f4615d94cc1e6ab0de75743c0642de8a99f2813a340afae119"
	synctest.Test(t, func(t *testing.T) { // where the clock says 946684800
		s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			clienttest.Equal(t, "proof", r.URL.Query().Get("appsecret_proof"), proof)
			clienttest.Equal(t, "time", r.URL.Query().Get("appsecret_time"), "946684800")
			clienttest.Equal(t, "fields are kept", r.URL.Query().Has("fields"), r.Method == http.MethodGet)
			clienttest.Equal(t, "Authorization", r.Header.Get("Authorization"), "Bearer "+clienttest.Token)
			clienttest.Success(w, r)
		})
		c := s.Client(client.WithAppSecret(clienttest.AppSecret))
		for _, op := range clienttest.Operations {
			clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
		}
	})
}

func TestNoAppSecretNoProof(t *testing.T) {
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.RawQuery, "appsecret") {
			t.Errorf("query %s", r.URL.RawQuery)
		}
		clienttest.Success(w, r)
	})
	for _, op := range clienttest.Operations {
		clienttest.WantClass(t, op.Call(t.Context(), s.Client(), clienttest.GroupID), nil)
	}
}

// graphProof is what Graph expects.
func graphProof(token string, seconds int64) string {
	mac := hmac.New(sha256.New, []byte(clienttest.AppSecret))
	mac.Write([]byte(token + "|" + strconv.FormatInt(seconds, 10)))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestProofIsMadeForEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var proofs []string
		s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
			query := r.URL.Query()
			proofs = append(proofs, query.Get("appsecret_time")+" "+query.Get("appsecret_proof"))
			clienttest.Respond(http.StatusServiceUnavailable, "", "Retry-After", "5")(w, r)
		})
		_, err := s.Client(client.WithAppSecret(clienttest.AppSecret)).GetGroup(t.Context(), clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrUnavailable)
		clienttest.Equal(t, "proofs", strings.Join(proofs, "\n"), "946684800 "+graphProof(clienttest.Token, 946684800)+
			"\n946684805 "+graphProof(clienttest.Token, 946684805)+"\n946684810 "+graphProof(clienttest.Token, 946684810))
	})
}

// graphClock refuses proofs that are off by more than five minutes of its own clock, as Graph does.
func graphClock(ahead time.Duration, refused http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		now := time.Now().Add(ahead)
		w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
		query := r.URL.Query()
		seconds, _ := strconv.ParseInt(query.Get("appsecret_time"), 10, 64)
		inTime := now.Sub(time.Unix(seconds, 0)).Abs() <= 5*time.Minute
		if !inTime || query.Get("appsecret_proof") != graphProof(clienttest.Token, seconds) {
			refused(w, r)
			return
		}
		clienttest.Success(w, r)
	}
}

func TestSkewedClock(t *testing.T) {
	badProof := clienttest.Respond(http.StatusBadRequest, clienttest.GraphError(104))
	for _, tt := range []struct {
		name     string
		ahead    time.Duration
		policy   client.RetryPolicy
		class    error
		requests int // of a first and of a second call together
	}{
		{"the server is an hour ahead", time.Hour, client.RetryPolicy{MaxAttempts: 3}, nil, 3},
		{"the server is a day behind", -24 * time.Hour, client.RetryPolicy{MaxAttempts: 2}, nil, 3},
		{"within what Graph tolerates", 4 * time.Minute, client.RetryPolicy{MaxAttempts: 3}, nil, 2},
		{"the same clock", 0, client.RetryPolicy{}, nil, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, op := range clienttest.Operations {
				synctest.Test(t, func(t *testing.T) {
					s := clienttest.Serve(t, graphClock(tt.ahead, badProof))
					c := s.Client(client.WithAppSecret(clienttest.AppSecret), client.WithRetryPolicy(tt.policy))
					start := time.Now()
					for range 2 {
						clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), tt.class)
					}
					clienttest.Equal(t, "requests", s.Requests(), tt.requests)
					clienttest.Equal(t, "time", time.Since(start), 0) // the corrected attempt follows at once
				})
			}
		})
	}
}

func TestClockIsCorrectedOnce(t *testing.T) {
	for _, tt := range []struct {
		name     string
		date     func() string
		opts     []client.Option
		requests int
	}{
		{
			"a token that is refused whatever the time",
			func() string { return time.Now().Add(time.Hour).UTC().Format(http.TimeFormat) },
			[]client.Option{client.WithAppSecret(clienttest.AppSecret)}, 2,
		},
		{
			"a clock that jumps", jumpingClock(), []client.Option{client.WithAppSecret(clienttest.AppSecret)}, 2,
		},
		{
			"a clock that is right", func() string { return time.Now().UTC().Format(http.TimeFormat) },
			[]client.Option{client.WithAppSecret(clienttest.AppSecret)}, 1,
		},
		{"no clock at all", func() string { return "midnight" }, []client.Option{client.WithAppSecret(clienttest.AppSecret)}, 1},
		{
			"no app secret", func() string { return time.Now().Add(time.Hour).UTC().Format(http.TimeFormat) }, nil, 1,
		},
		{
			"no retries wanted", func() string { return time.Now().Add(time.Hour).UTC().Format(http.TimeFormat) },
			[]client.Option{client.WithAppSecret(clienttest.AppSecret), clienttest.NoRetries}, 1,
		},
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

// jumpingClock is another hour ahead each time.
func jumpingClock() func() string {
	var ahead time.Duration
	return func() string {
		ahead += time.Hour
		return time.Now().Add(ahead).UTC().Format(http.TimeFormat)
	}
}

// The proof is no part of what is shared between calls.
func TestProofKeepsTheFields(t *testing.T) {
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		clienttest.WantClass(t, err, nil)
		clienttest.Equal(t, "fields", query.Get("fields"), "subject,description")
		clienttest.Equal(t, "proofs", len(query["appsecret_proof"]), 1)
		clienttest.Success(w, r)
	})
	c := s.Client(client.WithAppSecret(clienttest.AppSecret))
	for range 3 {
		_, err := c.GetGroup(t.Context(), clienttest.GroupID, client.FieldSubject, client.FieldDescription)
		clienttest.WantClass(t, err, nil)
	}
}
