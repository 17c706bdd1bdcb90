package fakegraph

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
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

const (
	redacted = "[redacted]"
	// shortestSecret spares words of ordinary texts: tests use tokens such as "x".
	shortestSecret = 8
)

var (
	// metaToken is what an access token of Meta looks like, wherever a request has it.
	metaToken = regexp.MustCompile(`EAA[A-Za-z0-9]{17,}`)
	// plainMethod is a method that cannot be a token.
	plainMethod = regexp.MustCompile(`^[A-Z-]{1,20}$`)
	escaped     = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
)

// secrets removes tokens, proofs and app secrets from what a request says.
type secrets struct {
	own        []string // of the request
	configured *strings.Replacer
}

// secretsOf finds the secrets of a request, those of a repeated Authorization header included.
func (s *Server) secretsOf(r *http.Request, query url.Values) secrets {
	found := secrets{configured: s.config.redactor()}
	add := func(text string) {
		if len(text) >= shortestSecret {
			found.own = append(found.own, text)
		}
	}
	for _, key := range []string{"Authorization", "Proxy-Authorization"} {
		for _, value := range r.Header.Values(key) {
			_, credentials, ok := strings.Cut(value, " ")
			if !ok {
				credentials = value
			}
			add(strings.TrimSpace(credentials))
		}
	}
	for _, key := range []string{"access_token", "appsecret_proof"} {
		for _, value := range query[key] {
			add(value)
		}
	}
	return found
}

// scrub looks for secrets in any case, because names of header fields change theirs, and below any number of
// percent-encodings.
func (x secrets) scrub(text string) string {
	if strings.Contains(text, "EAA") { // every request comes here, so what is rare costs little
		text = metaToken.ReplaceAllString(text, redacted)
	}
	if x.configured != nil {
		text = x.configured.Replace(text)
	}
	for _, secret := range x.own {
		text = replaceFold(text, secret)
	}
	if !strings.Contains(text, "%") {
		return text
	}
	plain := escaped.ReplaceAllStringFunc(text, func(hex string) string {
		b, _ := strconv.ParseUint(hex[1:], 16, 8)
		return string([]byte{byte(b)})
	})
	if plain != text {
		if clean := x.scrub(plain); clean != plain {
			return clean
		}
	}
	return text
}

// replaceFold removes an ASCII text in upper or lower case.
func replaceFold(text, secret string) string {
	for i := 0; i+len(secret) <= len(text); i++ {
		if end := i + len(secret); strings.EqualFold(text[i:end], secret) {
			text = text[:i] + redacted + text[end:]
			i += len(redacted) - 1 // not into the replacement
		}
	}
	return text
}

func (x secrets) scrubMethod(method string) string {
	if !plainMethod.MatchString(method) {
		return redacted
	}
	return x.scrub(method)
}

func (x secrets) scrubValues(from map[string][]string) map[string][]string {
	to := make(map[string][]string, len(from))
	for key, values := range from {
		key = x.scrub(key)
		for _, value := range values {
			to[key] = append(to[key], x.scrub(value))
		}
	}
	return to
}
