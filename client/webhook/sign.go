package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"strings"
	"unicode"
)

// SignatureHeader is the header in which WhatsApp sends the signature of a webhook's body. The older X-Hub-Signature,
// made with SHA-1, is not accepted in its place.
const SignatureHeader = "X-Hub-Signature-256"

var (
	// ErrNotSigned means that there is no signature.
	ErrNotSigned = errors.New("wagroups: webhook: not signed: no " + SignatureHeader)
	// ErrBadSignature means that the signature is malformed, or was made with none of the secrets, or of another body.
	ErrBadSignature = errors.New("wagroups: webhook: the signature does not match: the secret of another app, " +
		"a secret with white space, a body that was parsed and written again, or a body that was cut")
)

const signaturePrefix = "sha256="

// Sign returns the signature of a body as WhatsApp sends it in [SignatureHeader]: "sha256=" and the 64 lower-case
// hexadecimal digits of the body's HMAC-SHA256. Use it for your own tests.
func Sign(body []byte, appSecret string) string {
	return signaturePrefix + hex.EncodeToString(sum(body, appSecret))
}

func sum(body []byte, appSecret string) []byte {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return mac.Sum(nil)
}

// Verify checks the signature of a body, the value of [SignatureHeader]. The body must be the bytes as they came: JSON
// that was decoded and encoded again has another signature. The key is the app secret of the app that is subscribed,
// not the access token and not the verify token; with several secrets, one has to match, and all are compared, in
// constant time. A secret that is empty or holds white space or a byte order mark never matches. The error is
// [ErrNotSigned] or [ErrBadSignature].
//
// A signature has no time in it: a body that was captured stays valid. Use [Event.Key] to recognize it.
func Verify(body []byte, signature string, appSecrets ...string) error {
	if signature == "" {
		return ErrNotSigned
	}
	digits, found := strings.CutPrefix(signature, signaturePrefix)
	want, err := hex.DecodeString(digits)
	if !found || err != nil || len(want) != sha256.Size {
		return ErrBadSignature
	}
	matches := 0
	for _, secret := range appSecrets {
		match := subtle.ConstantTimeCompare(sum(body, secret), want)
		if secretProblem(secret) == "" {
			matches |= match
		}
	}
	if matches == 0 {
		return ErrBadSignature
	}
	return nil
}

// secretProblem says why a text cannot be an app secret. White space and invisible characters come from files and
// environments; with them every signature would be refused.
func secretProblem(secret string) string {
	unusable := func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsGraphic(r) }
	switch {
	case secret == "":
		return "must not be empty"
	case strings.ContainsFunc(secret, unusable):
		return "must not contain white space, control characters or a byte order mark"
	}
	return ""
}
