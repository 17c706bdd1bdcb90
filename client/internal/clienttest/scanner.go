package clienttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"log/slog"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/wagroups/wagroups-go/client"
)

// pieceLen is how long a piece of a secret is that must not come out.
const pieceLen = 12

// A scanner looks for secrets in texts and in what [Decodings] makes of them. A piece of one is as bad as the whole.
type scanner struct {
	pieces map[string]string // to the names of what they are of
	short  [][2]string       // names, and secrets that are shorter than a piece
}

// newScanner looks for secrets by their names.
func newScanner(secrets map[string]string) scanner {
	s := scanner{pieces: map[string]string{}}
	for name, secret := range secrets {
		if 0 < len(secret) && len(secret) < pieceLen {
			s.short = append(s.short, [2]string{name, secret})
		}
		for at := 0; at+pieceLen <= len(secret); at++ {
			s.pieces[secret[at:at+pieceLen]] = name
		}
	}
	return s
}

// scan formats values in every way that a program would, and errors with all that they wrap, and reports the secrets
// found.
func (s scanner) scan(values ...any) (problems []string) {
	for _, v := range values {
		if err, ok := v.(error); ok {
			for _, e := range unwrapAll(err) {
				problems = append(problems, s.scanTexts(e, textsOf(e))...)
			}
			if _, ok := errors.AsType[*url.Error](err); ok {
				problems = append(problems, "a *url.Error, which prints the URL, can be got out of an error")
			}
			continue
		}
		problems = append(problems, s.scanTexts(v, textsOf(v))...)
	}
	return problems
}

// scanTexts reports every secret once, with the names of all texts that hold it.
func (s scanner) scanTexts(of any, texts map[string]string) (problems []string) {
	ways := map[string][]string{}
	for _, how := range slices.Sorted(maps.Keys(texts)) {
		for _, text := range Decodings(texts[how]) {
			for name := range s.names(text) {
				if !slices.Contains(ways[name], how) {
					ways[name] = append(ways[name], how)
				}
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(ways)) {
		problems = append(problems, fmt.Sprintf("leak of %s by %T: %s", name, of, strings.Join(ways[name], ", ")))
	}
	return problems
}

// names gives the names of the secrets of which a piece stands in text.
func (s scanner) names(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for at := range len(text) {
			name, ok := s.pieces[text[at:min(at+pieceLen, len(text))]]
			if ok && !yield(name) {
				return
			}
		}
		for _, short := range s.short {
			if strings.Contains(text, short[1]) && !yield(short[0]) {
				return
			}
		}
	}
}

// unwrapAll returns err and everything that errors.Unwrap reaches from it.
func unwrapAll(err error) []error {
	if err == nil {
		return nil
	}
	list := []error{err}
	switch e := err.(type) { //nolint:errorlint // the chain itself is what is walked
	case interface{ Unwrap() error }:
		list = append(list, unwrapAll(e.Unwrap())...)
	case interface{ Unwrap() []error }:
		for _, inner := range e.Unwrap() {
			list = append(list, unwrapAll(inner)...)
		}
	}
	return list
}

func textsOf(v any) map[string]string {
	texts := map[string]string{
		"%v": fmt.Sprintf("%v", v), "%+v": fmt.Sprintf("%+v", v), "%#v": fmt.Sprintf("%#v", v),
		"%s": fmt.Sprintf("%s", v), "%q": fmt.Sprintf("%q", v),
	}
	if b, err := json.Marshal(v); err == nil {
		texts["JSON"] = string(b)
	}
	var record strings.Builder
	slog.New(slog.NewJSONHandler(&record, nil)).Info("", "value", v)
	texts["slog"] = record.String()
	if e, ok := v.(*client.Error); ok { // whose body is in base64 in JSON, at any offset
		texts["Body"] = string(e.Body)
	}
	return texts
}
