package webhook

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"net/http"
	"regexp"
)

// challenge has the characters of numbers, of base64 and of words, and none that mean something to a browser.
var challenge = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]{1,256}$`)

// handshake responds to the request by which WhatsApp checks a callback URL. It carries no signature. The response says
// what is wrong without showing anything of the request.
func (h *Handler) handshake(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	token := sha256.Sum256([]byte(query.Get("hub.verify_token")))
	want := sha256.Sum256([]byte(h.config().VerifyToken))
	// Digests are compared, so that the time does not depend on the length either.
	switch same := subtle.ConstantTimeCompare(token[:], want[:]) == 1; {
	case !same:
		h.refuse(w, r, http.StatusForbidden, "handshake: hub.verify_token is not the verify token of this webhook")
	case query.Get("hub.mode") != "subscribe":
		h.refuse(w, r, http.StatusForbidden, "handshake: hub.mode is not subscribe")
	case !challenge.MatchString(query.Get("hub.challenge")):
		h.refuse(w, r, http.StatusForbidden, "handshake: hub.challenge is missing, too long or has unexpected characters")
	default:
		// A browser must not take the challenge for a page.
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		_, _ = io.WriteString(w, query.Get("hub.challenge")) //nolint:gosec // characters and type are checked
	}
}
