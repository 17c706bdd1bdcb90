package client_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
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

// wantNoSecret scans a text for everything that was planted, in all its forms.
func wantNoSecret(tb testing.TB, where, text string, more ...string) {
	tb.Helper()
	for _, secret := range append([]string{testToken, testSecret, testGroup}, more...) {
		for _, form := range forms {
			if i := strings.Index(text, form.of(secret)); i >= 0 {
				tb.Errorf("%s: a secret stands in %.200q", where, text[max(0, i-80):])
				return
			}
		}
	}
}

// scanError looks for secrets in every text that can be had from an error, and from those that it wraps.
func scanError(tb testing.TB, err error, more ...string) {
	tb.Helper()
	if err == nil {
		return
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		wantNoSecret(tb, fmt.Sprintf("%s of %T", verb, err), fmt.Sprintf(verb, err), more...)
	}
	if failure, ok := errors.AsType[*client.Error](err); ok {
		wantNoSecret(tb, "%+v of the fields", fmt.Sprintf("%+v %s", *failure, failure.Body), more...)
	}
	if broken, ok := errors.AsType[*client.DecodeError](err); ok {
		wantNoSecret(tb, "%+v of the fields", fmt.Sprintf("%+v %s", *broken, broken.Body), more...)
	}
	asJSON, _ := json.Marshal(err)
	wantNoSecret(tb, "JSON", string(asJSON), more...)
	switch wrapper := err.(type) { //nolint:errorlint // this walks the chain by hand
	case interface{ Unwrap() []error }:
		for _, inner := range wrapper.Unwrap() {
			scanError(tb, inner, more...)
		}
	case interface{ Unwrap() error }:
		scanError(tb, wrapper.Unwrap(), more...)
	}
}
