package clienttest

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// What the clients of the tests use, and what must not come out again. The characters make the escaped forms differ
// from the plain ones.
const (
	Token     = "EAAtoken-of+the/tests_01.23456789"
	AppSecret = "5ec2e7c0ffee+5ec2e7c0/ffee=5ec2~e7c0"
	GroupID   = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
)

// Forms are the ways in which a server may repeat a secret.
var Forms = []struct {
	Name string
	Of   func(secret string) string
}{
	{"plain", func(s string) string { return s }},
	{"in a query", url.QueryEscape},
	{"in a query, in lower case", func(s string) string {
		return regexp.MustCompile(`%..`).ReplaceAllStringFunc(url.QueryEscape(s), strings.ToLower)
	}},
	{"in a path", url.PathEscape},
	{"base64", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }},
	{"base64 for URLs", func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) }},
	{"raw base64", func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) }},
	{"raw base64 for URLs", func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }},
	{"base64 behind one byte", func(s string) string { return base64.StdEncoding.EncodeToString([]byte(":" + s))[2:] }},
	{"base64 behind two bytes", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("::" + s))[3:] }},
	{"hexadecimal", func(s string) string { return hex.EncodeToString([]byte(s)) }},
}

// Leaks looks for the planted secrets, and for others, in all ways in which a program would format values, and in all
// that errors wrap.
func Leaks(others []string, values ...any) []string { return planted(others).scan(values...) }

// WantNoSecret fails the test if a text holds a planted secret, or one of the others.
func WantNoSecret(tb testing.TB, where, text string, others ...string) {
	tb.Helper()
	for _, problem := range planted(others).scanTexts(text, map[string]string{where: text}) {
		tb.Errorf("%s: %.2000q", problem, text)
	}
}

// ScanError does so for every text that can be had from an error, and from those that it wraps.
func ScanError(tb testing.TB, err error, others ...string) {
	tb.Helper()
	for _, problem := range Leaks(others, err) {
		tb.Error(problem)
	}
}

func planted(others []string) scanner {
	secrets := map[string]string{"the token": Token, "the app secret": AppSecret, "the group id": GroupID}
	for i, secret := range others {
		secrets[fmt.Sprintf("secret %d", i+1)] = secret
	}
	return newScanner(secrets)
}
