package clienttest

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"testing"
)

// What the clients of the tests use, and what must not come out again.
const (
	Token     = "EAAtoken-of-the-tests_0123456789"
	AppSecret = "5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0"
	GroupID   = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
)

// Forms are the ways in which a server may repeat a secret.
var Forms = []struct {
	Name string
	Of   func(secret string) string
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
func planted(more []string) Scanner {
	secrets := map[string]string{"the token": Token, "the app secret": AppSecret, "the group id": GroupID}
	for i, secret := range more {
		secrets[fmt.Sprintf("secret %d", i+1)] = secret
	}
	return NewScanner(secrets)
}

// WantNoSecret fails the test if a text holds a planted secret, or one of the others.
func WantNoSecret(tb testing.TB, where, text string, more ...string) {
	tb.Helper()
	for _, problem := range planted(more).ScanTexts(text, map[string]string{where: text}) {
		tb.Errorf("%s: %.2000q", problem, text)
	}
}

// ScanError does so for every text that can be had from an error, and from those that it wraps.
func ScanError(tb testing.TB, err error, more ...string) {
	tb.Helper()
	for _, problem := range planted(more).Scan(err) {
		tb.Error(problem)
	}
}
