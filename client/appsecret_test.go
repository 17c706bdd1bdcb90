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
)

// The proof was computed by other means:
//
//	printf '%s' 'EAAtoken-of-the-tests_0123456789|946684800' |
//		openssl dgst -sha256 -hmac 5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0
func TestAppSecretProof(t *testing.T) {
	const proof = "09b7d801ca4ad7f4615d94cc1e6ab0de75743c0642de8a99f2813a340afae119"
	synctest.Test(t, func(t *testing.T) { // where the clock says 946684800
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			equal(t, "proof", r.URL.Query().Get("appsecret_proof"), proof)
			equal(t, "time", r.URL.Query().Get("appsecret_time"), "946684800")
			equal(t, "fields are kept", r.URL.Query().Has("fields"), r.Method == http.MethodGet)
			equal(t, "Authorization", r.Header.Get("Authorization"), "Bearer "+testToken)
			success(w, r)
		})
		c := s.client(client.WithAppSecret(testSecret))
		for _, op := range operations {
			wantClass(t, op.call(t.Context(), c, testGroup), nil)
		}
	})
}

func TestNoAppSecretNoProof(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.RawQuery, "appsecret") {
			t.Errorf("query %s", r.URL.RawQuery)
		}
		success(w, r)
	})
	for _, op := range operations {
		wantClass(t, op.call(t.Context(), s.client(), testGroup), nil)
	}
}

// graphProof is what Graph expects.
func graphProof(token string, seconds int64) string {
	mac := hmac.New(sha256.New, []byte(testSecret))
	mac.Write([]byte(token + "|" + strconv.FormatInt(seconds, 10)))
	return hex.EncodeToString(mac.Sum(nil))
}

func TestProofIsMadeForEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var proofs []string
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			query := r.URL.Query()
			proofs = append(proofs, query.Get("appsecret_time")+" "+query.Get("appsecret_proof"))
			answer(http.StatusServiceUnavailable, "", "Retry-After", "5")(w, r)
		})
		_, err := s.client(client.WithAppSecret(testSecret)).GetGroup(t.Context(), testGroup)
		wantClass(t, err, client.ErrUnavailable)
		equal(t, "proofs", strings.Join(proofs, "\n"), "946684800 "+graphProof(testToken, 946684800)+
			"\n946684805 "+graphProof(testToken, 946684805)+"\n946684810 "+graphProof(testToken, 946684810))
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
		if !inTime || query.Get("appsecret_proof") != graphProof(testToken, seconds) {
			refused(w, r)
			return
		}
		success(w, r)
	}
}

func TestSkewedClock(t *testing.T) {
	badProof := answer(http.StatusBadRequest, graphError(104))
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
			for _, op := range operations {
				synctest.Test(t, func(t *testing.T) {
					s := serve(t, graphClock(tt.ahead, badProof))
					c := s.client(client.WithAppSecret(testSecret), client.WithRetryPolicy(tt.policy))
					start := time.Now()
					for range 2 {
						wantClass(t, op.call(t.Context(), c, testGroup), tt.class)
					}
					equal(t, "requests", s.requests(), tt.requests)
					equal(t, "time", time.Since(start), 0) // the corrected attempt follows at once
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
			[]client.Option{client.WithAppSecret(testSecret)}, 2,
		},
		{
			"a clock that jumps", jumpingClock(), []client.Option{client.WithAppSecret(testSecret)}, 2,
		},
		{
			"a clock that is right", func() string { return time.Now().UTC().Format(http.TimeFormat) },
			[]client.Option{client.WithAppSecret(testSecret)}, 1,
		},
		{"no clock at all", func() string { return "midnight" }, []client.Option{client.WithAppSecret(testSecret)}, 1},
		{
			"no app secret", func() string { return time.Now().Add(time.Hour).UTC().Format(http.TimeFormat) }, nil, 1,
		},
		{
			"no retries wanted", func() string { return time.Now().Add(time.Hour).UTC().Format(http.TimeFormat) },
			[]client.Option{client.WithAppSecret(testSecret), noRetries}, 1,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					answer(http.StatusUnauthorized, graphError(190), "Date", tt.date())(w, r)
				})
				_, err := s.client(tt.opts...).GetGroup(t.Context(), testGroup)
				wantClass(t, err, client.ErrUnauthorized)
				equal(t, "requests", s.requests(), tt.requests)
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
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		query, err := url.ParseQuery(r.URL.RawQuery)
		wantClass(t, err, nil)
		equal(t, "fields", query.Get("fields"), "subject,description")
		equal(t, "proofs", len(query["appsecret_proof"]), 1)
		success(w, r)
	})
	c := s.client(client.WithAppSecret(testSecret))
	for range 3 {
		_, err := c.GetGroup(t.Context(), testGroup, client.FieldSubject, client.FieldDescription)
		wantClass(t, err, nil)
	}
}
