package client

import (
	"encoding/base64"
	"errors"
	"net/url"
	"strings"
)

// A redactor takes secrets and the group id out of texts that come from the server or the network. It is made when
// something has failed, so it costs a successful call nothing.
type redactor struct{ replacer *strings.Replacer }

// minSecretLen keeps a secret of a few letters, which only a test can have, from blotting out half a text.
const minSecretLen = 4

func newRedactor(secrets ...string) redactor {
	var pairs []string
	for _, s := range secrets {
		if len(s) < minSecretLen {
			continue
		}
		for _, form := range []string{
			s, url.QueryEscape(s), url.PathEscape(s),
			base64.StdEncoding.EncodeToString([]byte(s)), base64.URLEncoding.EncodeToString([]byte(s)),
			base64.RawStdEncoding.EncodeToString([]byte(s)), base64.RawURLEncoding.EncodeToString([]byte(s)),
		} {
			pairs = append(pairs, form, redacted)
		}
	}
	return redactor{strings.NewReplacer(pairs...)}
}

func (r redactor) text(s string) string { return r.replacer.Replace(s) }

// cause wraps an error of the network or of a caller's code. Its text is redacted; errors.Is and errors.As still
// reach the original, but for *url.Error, which prints the query.
func (r redactor) cause(err error) error {
	if err == nil {
		return nil
	}
	for {
		var u *url.Error
		if !errors.As(err, &u) {
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

func (e *redactedError) Is(target error) bool { return errors.Is(e.err, target) }

func (e *redactedError) As(target any) bool { return errors.As(e.err, target) }
