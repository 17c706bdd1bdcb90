package clienttest

import (
	"encoding/base64"
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
	GroupID   = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjM0MTgyOTc1NjQwMTMZD"
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
	{"base64 of a header", func(s string) string { return base64.StdEncoding.EncodeToString([]byte("Bearer " + s)) }},
	{"base64 of a list", func(s string) string { return base64.URLEncoding.EncodeToString([]byte("a," + s + ",b")) }},
	{"hex", func(s string) string { return fmt.Sprintf("%x", s) }},
	{"hex in upper case", func(s string) string { return fmt.Sprintf("%X", s) }},
	{"every character in percent", escape(1, "%%%02X")},
	{"some characters in percent, in lower case", escape(3, "%%%02x")},
	{"in percent twice", func(s string) string { return url.QueryEscape(escape(2, "%%%02x")(s)) }},
	{"every character in JSON", escape(1, `\u%04x`)},
	{"some characters in JSON, in upper case", escape(2, `\u%04X`)},
	{"JSON in JSON", escape(2, `\\u%04x`)},
	{"HTML", escape(1, "&#%d;")},
	{"some characters in HTML, in hex", escape(4, "&#x%x;")},
	{"HTML in upper case", escape(2, "&#X%X;")},
	{"its last 20 characters", func(s string) string { return s[max(0, len(s)-20):] }},
}

// escape writes every nth character of a secret in a format of its own.
func escape(n int, format string) func(string) string {
	return func(s string) string {
		var b strings.Builder
		for i := range len(s) {
			if i%n == 0 {
				fmt.Fprintf(&b, format, s[i])
			} else {
				b.WriteByte(s[i])
			}
		}
		return b.String()
	}
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
	secrets := map[string]string{"the token": Token, "the app secret": AppSecret, "the group ID": GroupID}
	for i, secret := range others {
		secrets[fmt.Sprintf("secret %d", i+1)] = secret
	}
	return newScanner(secrets)
}
