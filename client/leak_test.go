package client_test

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"testing"
)

// forms are the ways in which a server may repeat a secret.
var forms = []struct {
	name string
	of   func(secret string) string
}{
	{"plain", func(s string) string { return s }},
	{"in a query", url.QueryEscape},
	{"in a path", url.PathEscape},
	{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
	{"base64 for URLs", func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }},
	{"raw base64", func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) }},
	{"raw base64 for URLs", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }},
}

// planted looks for what the tests plant, and more.
func planted(more []string) scanner {
	secrets := map[string]string{"the token": testToken, "the app secret": testSecret, "the group id": testGroup}
	for i, secret := range more {
		secrets[fmt.Sprintf("secret %d", i+1)] = secret
	}
	return newScanner(secrets)
}

// wantNoSecret scans a text for everything that was planted, in all its forms.
func wantNoSecret(tb testing.TB, where, text string, more ...string) {
	tb.Helper()
	for _, problem := range planted(more).scanTexts(text, map[string]string{where: text}) {
		tb.Errorf("%s: %.2000q", problem, text)
	}
}

// scanError looks for secrets in every text that can be had from an error, and from those that it wraps.
func scanError(tb testing.TB, err error, more ...string) {
	tb.Helper()
	for _, problem := range planted(more).scan(err) {
		tb.Error(problem)
	}
}
