package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// literal is a text, number or boolean as it stands in JSON, quotes and escapes included; of an object or array it is
// the first character, and it is empty for null and for what is absent. To read one costs no more than its length.
type literal string

func (l *literal) UnmarshalJSON(raw []byte) error {
	switch raw[0] {
	case 'n':
		*l = ""
	case 't':
		*l = "true"
	case 'f':
		*l = "false"
	case '{', '[':
		*l = literal(raw[:1])
	default:
		*l = literal(raw)
	}
	return nil
}

// kindOf names the JSON type of a value by its first character.
func kindOf(first byte) string {
	switch first {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}

func (l literal) unexpected(wanted string) error {
	return errors.New("expected " + wanted + ", got " + kindOf(l[0]))
}

func (l literal) text() (string, error) {
	if l == "" {
		return "", nil
	}
	if l[0] != '"' {
		return "", l.unexpected("a string")
	}
	// json.Unmarshal costs more than all the rest.
	if inner := string(l[1 : len(l)-1]); utf8.ValidString(inner) && strings.IndexByte(inner, '\\') < 0 {
		return inner, nil
	}
	if len(l) > maxEscapedText {
		return "", errors.New("more than 32 KiB with escapes")
	}
	var s string
	err := json.Unmarshal([]byte(l), &s)
	return s, err
}

// id reads a text that may come as a number.
func (l literal) id() (string, error) {
	if l != "" && kindOf(l[0]) == "a number" {
		return string(l), nil
	}
	return l.text()
}

// boolean reads true, false, 1 and 0, with and without quotes.
func (l literal) boolean() (bool, error) {
	switch string(l) {
	case `true`, `"true"`:
		return true, nil
	case `false`, `"false"`:
		return false, nil
	}
	if n, ok := l.integer(); ok && (n == 0 || n == 1) {
		return n == 1, nil
	}
	if l[0] == '"' {
		return false, errors.New("expected a boolean, got another string")
	}
	return false, l.unexpected("a boolean")
}

func (l literal) isTrue() bool { v, err := l.orFalse(); return v && err == nil }

// isFalse tells false from what is absent or no boolean.
func (l literal) isFalse() bool { v, err := l.orFalse(); return !v && err == nil && l != "" }

func (l literal) orFalse() (bool, error) {
	if l == "" {
		return false, nil
	}
	return l.boolean()
}

// maxNumberBytes is beyond any number and date. The standard library's errors would copy a longer text several times.
const maxNumberBytes = 64

// integer reads an integer with and without quotes, also one that is written as 1.0 or 1e9.
func (l literal) integer() (n int64, ok bool) {
	s := strings.Trim(string(l), `"`)
	if len(l) > maxNumberBytes || len(s) < len(l) && !json.Valid([]byte(s)) {
		return 0, false
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	const exact = 1 << 53 // beyond it a float64 is not every integer
	f, err := strconv.ParseFloat(s, 64)
	return int64(f), err == nil && f == math.Trunc(f) && math.Abs(f) < exact
}

func (l literal) count() (int, error) {
	n, ok := l.integer()
	switch {
	case ok && n >= 0 && int64(int(n)) == n:
		return int(n), nil
	case l[0] == '"' || kindOf(l[0]) == "a number":
		return 0, errors.New("not a count")
	}
	return 0, l.unexpected("a number")
}

// The years 1 to 9999, beyond which a time cannot be written as RFC 3339.
const (
	minUnixSeconds = -62135596800
	maxUnixSeconds = 253402300799
)

// time reads Unix seconds, or a date as Graph writes it in other places: 2025-10-31T05:02:58+0000.
func (l literal) time() (time.Time, error) {
	n, ok := l.integer()
	if !ok && len(l) <= maxNumberBytes {
		text, _ := l.text()
		for _, layout := range []string{"2006-01-02T15:04:05-0700", time.RFC3339} {
			if t, err := time.Parse(layout, text); err == nil {
				n, ok = t.Unix(), true
			}
		}
	}
	switch {
	case ok && minUnixSeconds <= n && n <= maxUnixSeconds:
		return time.Unix(n, 0).UTC(), nil
	case l[0] == '"' || kindOf(l[0]) == "a number":
		return time.Time{}, errors.New("neither Unix seconds nor an ISO 8601 date of the years 1 to 9999")
	}
	return time.Time{}, l.unexpected("a number")
}

func isPresent(raw json.RawMessage) bool { return len(raw) > 0 && !bytes.Equal(raw, []byte("null")) }

// errNotJSON: a response that is not JSON, or ends too early. Any other error of decode is about well-formed JSON.
var (
	errNotJSON = errors.New("the response is not valid JSON")
	errEmpty   = fmt.Errorf("%w: it is empty", errNotJSON)
)

// isNonsense reports that a response is well-formed and yet cannot be understood, so that another one would not differ.
func isNonsense(err error) bool {
	return err != nil && !errors.Is(err, errNotJSON) && !errors.Is(err, errReportedFailure)
}

// Up to this size encoding/json may take many times the room of the text: 27 times that of a key that is not UTF-8,
// 14 times that of lone surrogates in a key or a text, 6 times that of a long key. What is longer must have none of
// these.
const (
	maxUncheckedBytes = 64 << 10
	maxEscapedText    = 32 << 10 // a description of 2048 characters, each a pair of escapes, has 24 KiB
	maxKeyBytes       = 256
)

// unmarshal reads a JSON object.
func unmarshal(body []byte, into any) error {
	if len(body) > maxUncheckedBytes && (!utf8.Valid(body) || hasCostlyKey(body)) {
		if !json.Valid(body) {
			return errNotJSON
		}
		return errors.New("the response: more than 64 KiB that are not UTF-8 or have a name that is long or has escapes")
	}
	text := bytes.TrimLeft(body, " \t\r\n")
	if len(text) == 0 {
		return errEmpty
	}
	err := json.Unmarshal(body, into)
	switch {
	case isTypeError(err), err == nil && text[0] == 'n':
		return errors.New("the response: expected an object, got " + kindOf(text[0]))
	case err != nil:
		return errNotJSON
	}
	return nil
}

func isTypeError(err error) bool {
	_, ok := errors.AsType[*json.UnmarshalTypeError](err)
	return ok
}

// hasCostlyKey finds a key that is long or has escapes.
func hasCostlyKey(body []byte) bool {
	start, escaped := -1, false // of the text around position i
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\':
			escaped = true
			i++
		case c != '"':
		case start < 0:
			start, escaped = i, false
		default:
			if (escaped || i-start > maxKeyBytes) && bytes.HasPrefix(bytes.TrimLeft(body[i+1:], " \t\r\n"), []byte(":")) {
				return true
			}
			start = -1
		}
	}
	return false
}
