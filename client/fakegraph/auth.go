package fakegraph

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// proofLifetime is how far an appsecret_time may be from the server's clock.
const proofLifetime = 5 * time.Minute

// bearer returns the token of a request, or "".
func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// authenticate checks token and proof. Its errors hold neither.
func (s *Server) authenticate(token string, query url.Values) *graphError {
	if token == "" {
		return errToken(http.StatusBadRequest, 104, "An access token is required to request this resource.")
	}
	if tokens := s.config.tokens(); len(tokens) > 0 && !slices.Contains(tokens, token) {
		return errToken(http.StatusUnauthorized, 190, "Invalid OAuth access token.")
	}
	secret := s.config.appSecret()
	if secret == "" {
		return nil
	}
	proof, stamp := query.Get("appsecret_proof"), query.Get("appsecret_time")
	if proof == "" {
		return errProof("API calls from the server require an appsecret_proof argument")
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return errProof("Invalid appsecret_time provided in the API argument")
	}
	if age := s.config.now().Sub(time.Unix(seconds, 0)); age > proofLifetime || age < -proofLifetime {
		return errProof("The appsecret_time provided in the API argument is more than five minutes off")
	}
	if !hmac.Equal([]byte(proof), []byte(appSecretProof(secret, token, stamp))) {
		return errProof("Invalid appsecret_proof provided in the API argument")
	}
	return nil
}

func appSecretProof(secret, token, stamp string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(token + "|" + stamp))
	return hex.EncodeToString(mac.Sum(nil))
}
