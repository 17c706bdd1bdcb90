package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"
)

// appSecretProof is what Graph wants from apps that require it: the hexadecimal HMAC-SHA256, keyed with the app
// secret, of the token, a bar and the time in Unix seconds. It is valid for five minutes.
func appSecretProof(secret, token string, at time.Time) (proof, seconds string) {
	seconds = strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(token + "|" + seconds))
	return hex.EncodeToString(mac.Sum(nil)), seconds
}

// maxClockSkew is how far the local clock may be off before a refused proof is blamed on it. Graph allows five minutes,
// of which a slow request may use some.
const maxClockSkew = time.Minute

// clockSkew is by how much the server's clock is ahead of ours, once a refused proof has shown that they differ.
type clockSkew struct{ nanoseconds atomic.Int64 }

func (s *clockSkew) get() time.Duration { return time.Duration(s.nanoseconds.Load()) }

// correct learns from the Date of a response and reports whether it differs so much from the clock that the attempt
// used that a new proof is worth another one.
func (s *clockSkew) correct(h http.Header, used time.Duration) bool {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return false
	}
	skew := time.Until(date)
	if (skew - used).Abs() <= maxClockSkew {
		return false
	}
	s.nanoseconds.Store(int64(skew))
	return true
}
