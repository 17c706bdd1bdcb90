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

// SignatureHeader is the header with the signature of a webhook's body. The older X-Hub-Signature, which uses SHA-1, is
// not accepted instead.
const SignatureHeader = "X-Hub-Signature-256"

var (
	// ErrNotSigned means that the signature is missing.
	ErrNotSigned = errors.New("wagroups: webhook: not signed: no " + SignatureHeader)
	// ErrBadSignature means that the signature is malformed, that it was made with another secret, or that the body was
	// changed.
	ErrBadSignature = errors.New("wagroups: webhook: the signature does not match: check that the app secret is " +
		"that of the subscribed app, and that the body is complete and exactly as received")
)

const signaturePrefix = "sha256="

// Sign returns the signature of a body in the form of [SignatureHeader]: "sha256=" and the HMAC-SHA256 of the body as
// 64 lower-case hexadecimal digits. Use it in your tests.
func Sign(body []byte, appSecret string) string {
	return signaturePrefix + hex.EncodeToString(sum(body, appSecret))
}

func sum(body []byte, appSecret string) []byte {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return mac.Sum(nil)
}

// Verify checks signature, the value of [SignatureHeader], against a body. Pass the body exactly as it was received: if
// JSON is decoded and encoded again, its signature changes. The secrets are those of the apps that are subscribed, not
// access tokens or verify tokens. One of them must match; all are compared, in constant time. A secret that is empty or
// contains white space or a byte order mark never matches. The error is [ErrNotSigned] or [ErrBadSignature].
//
// A signature contains no time, so a body that somebody has captured stays valid. Use [Event.Key] to recognize it.
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
