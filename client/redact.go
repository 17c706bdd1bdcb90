package client

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"
)

// A redactor takes secrets and the group id out of texts that come from the server or the network. It is made when
// something has failed, so it costs a successful call nothing.
type redactor struct {
	forms    []string
	replacer *strings.Replacer
}

// minSecretLen keeps a secret of a few letters, which only a test can have, from blotting out half a text.
const minSecretLen = 4

func newRedactor(secrets ...string) redactor {
	var r redactor
	var pairs []string
	for _, s := range secrets {
		if len(s) < minSecretLen {
			continue
		}
		for _, form := range formsOf(s) {
			r.forms = append(r.forms, form)
			pairs = append(pairs, form, redacted)
		}
	}
	r.replacer = strings.NewReplacer(pairs...)
	return r
}

// formsOf lists how a server may write a text back: as it is, in a URL, in base64, in JSON with and without the escapes
// that are optional there.
func formsOf(s string) []string {
	b := []byte(s)
	quoted, _ := json.Marshal(s) // cannot fail
	inJSON := string(quoted[1 : len(quoted)-1])
	plain := strings.NewReplacer(`\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(inJSON)
	return []string{
		s, url.QueryEscape(s), url.PathEscape(s),
		base64.StdEncoding.EncodeToString(b), base64.URLEncoding.EncodeToString(b),
		base64.RawStdEncoding.EncodeToString(b), base64.RawURLEncoding.EncodeToString(b),
		inJSON, strings.ReplaceAll(inJSON, "/", `\/`), plain, strings.ReplaceAll(plain, "/", `\/`),
	}
}

// text returns the beginning of s, without secrets.
func (r redactor) text(s string) string { return r.excerpt(s, len(s) > maxErrorBytes) }

// excerpt returns the beginning of s, without secrets, and without a part of one at its end if it was cut off there, by
// us or by the network.
func (r redactor) excerpt(s string, isCut bool) string {
	s = r.all(s[:min(len(s), maxErrorBytes)])
	if !isCut {
		return s
	}
	for _, form := range r.forms {
		for n := min(len(form), len(s)); n >= minSecretLen; n-- {
			if strings.HasSuffix(s, form[:n]) {
				return s[:len(s)-n] + redacted
			}
		}
	}
	return s
}

// all returns the whole of s without secrets.
func (r redactor) all(s string) string { return r.replacer.Replace(s) }

// cause wraps an error of the network or of a caller's code. Its text is redacted; errors.Is and errors.As still
// reach the original, but for *url.Error, which prints the query, and for the class of an error of this package, which
// the error around it states.
func (r redactor) cause(err error) error {
	if err == nil {
		return nil
	}
	for {
		u, ok := errors.AsType[*url.Error](err)
		if !ok {
			break
		}
		err = u.Err
	}
	return &redactedError{text: r.text(err.Error()), err: err}
}

type redactedError struct {
	text string
	err  error
}

func (e *redactedError) Error() string { return e.text }

// Format keeps every verb from printing the original.
func (e *redactedError) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.text) }

func (e *redactedError) Is(target error) bool {
	if _, ok := target.(ErrorClass); ok {
		return false
	}
	return errors.Is(e.err, target)
}

func (e *redactedError) As(target any) bool {
	if _, ok := target.(*ErrorClass); ok {
		return false
	}
	return errors.As(e.err, target)
}
