package client

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// A redactor takes secrets and the group ID out of everything that leaves a call but its result: texts of the server,
// of the network and of the caller's code. It finds them as they are, in the escapes of URLs, JSON and HTML, in base64
// and in hex. Making one costs nothing.
type redactor struct{ secrets []string }

const (
	// A shorter secret is a test's. Removing it would take ordinary words out of a text.
	minSecret = 8
	// Of a secret with minLong characters or more, every piece of minPiece is removed; a shorter one only as a whole.
	minLong  = 24
	minPiece = 12
	// At the end of a text that was cut, the beginning of a secret is removed from minCut characters on.
	minCut = 4
)

func newRedactor(secrets ...string) redactor { return redactor{secrets} }

// all returns the whole of s without secrets.
func (r *redactor) all(s string) string { return r.redact(s, false) }

// text returns the beginning of s without secrets, at most maxErrorBytes.
func (r *redactor) text(s string) string { return r.excerpt(s, false) }

// excerpt is text for an s that may have been cut off by the network: there, and where this function cuts, the
// beginning of a secret goes too.
func (r *redactor) excerpt(s string, isCut bool) string {
	// What follows the excerpt completes a secret that begins in it.
	if len(s) > 2*maxErrorBytes {
		s, isCut = s[:2*maxErrorBytes], true
	}
	s = r.redact(s, isCut)
	if len(s) <= maxErrorBytes {
		return s
	}
	end := maxErrorBytes
	for end > maxErrorBytes-utf8.UTFMax && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.Clone(s[:end])
}

// maxID is more than a trace ID has.
const maxID = 40

// id returns a short ID that the server chose, and "invalid" for everything else: it goes into logs.
func (r *redactor) id(s string) string {
	for i := range len(s) {
		if i == maxID || !isAlphanumeric(s[i]) && strings.IndexByte("-_./+", s[i]) < 0 {
			return "invalid"
		}
	}
	if r.all(s) != s {
		return "invalid"
	}
	return s
}

// header returns a copy of h without secrets. Headers whose name holds one are under redactedName.
func (r *redactor) header(h http.Header) http.Header {
	size := 0
	for name, values := range h {
		size += len(name)
		for _, value := range values {
			size += len(value)
		}
	}
	var room [tableRoom]uint64
	f := r.finder(&room, size)
	clean := h.Clone()
	for name, values := range h {
		for i, value := range values {
			clean[name][i] = f.redact(value, false)
		}
		var levels [maxNested + 1]view
		if _, suspect := f.decode(name, &levels); suspect {
			r.cleanName(clean, name)
		}
	}
	return clean
}

const redactedName = "Redacted"

// cleanName compares without regard to case, which net/http changes in names.
func (r *redactor) cleanName(h http.Header, name string) {
	lower := redactor{make([]string, len(r.secrets))}
	for i, secret := range r.secrets {
		lower.secrets[i] = strings.ToLower(secret)
	}
	if l := strings.ToLower(name); r.all(name) != name || lower.all(l) != l {
		h[redactedName] = append(h[redactedName], h[name]...)
		delete(h, name)
	}
}

func (r *redactor) redact(s string, isCut bool) string {
	if !isCut && len(s) < minSecret {
		return s
	}
	var room [tableRoom]uint64
	f := r.finder(&room, len(s))
	return f.redact(s, isCut)
}
