package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf16"
)

// format is the value of --output.
type format string

const (
	formatTable format = "table"
	formatJSON  format = "json"
)

func (f *format) String() string { return string(*f) }
func (f *format) Type() string   { return "form" }
func (f *format) rule() string   { return "must be table or json" }

func (f *format) Set(s string) error {
	switch v := format(s); v {
	case formatTable, formatJSON:
		*f = v
		return nil
	}
	return errors.New(f.rule())
}

// output is the standard output. It keeps its first error, because cobra drops those of its help texts.
type output struct {
	w      io.Writer
	closed bool
	err    error
}

func newOutput(w io.Writer) *output {
	f, ok := w.(*os.File)
	return &output{w: w, closed: ok && isClosed(f)}
}

var errClosed = errors.New("it is closed")

func (o *output) Write(b []byte) (int, error) {
	n, err := o.w.Write(b)
	if o.closed {
		err = errClosed
	}
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// failure says that something of the output was lost.
func (o *output) failure() error {
	if o.err == nil {
		return nil
	}
	return &failure{code: exitOther, text: "cannot write to the standard output: " + reason(o.err)}
}

// show writes a result: the object as a line of JSON, or the text for people.
func (a *app) show(object any, text string) error {
	data := []byte(text)
	if a.format == formatJSON {
		var err error
		if data, err = jsonLine(object); err != nil {
			return err
		}
	}
	_, _ = a.out.Write(data)
	return a.out.failure()
}

// jsonLine marshals to one line. Control and format characters, which a terminal would obey, are escaped: JSON allows
// that for any character.
func jsonLine(object any) ([]byte, error) {
	var plain, escaped bytes.Buffer
	enc := json.NewEncoder(&plain)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(object); err != nil {
		return nil, err
	}
	for _, r := range strings.TrimSuffix(plain.String(), "\n") {
		if !unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) {
			escaped.WriteRune(r)
			continue
		}
		for _, unit := range utf16.Encode([]rune{r}) {
			_, _ = fmt.Fprintf(&escaped, `\u%04x`, unit)
		}
	}
	escaped.WriteByte('\n')
	return escaped.Bytes(), nil
}

// printable takes out of a text what would move the cursor, change colours or turn the direction of the line: the names
// of groups come from strangers.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t':
			return ' '
		case unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp, unicode.Bidi_Control):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// reason is the system's word for an error of a file, without its path: that may be a group ID in the wrong place.
func reason(err error) string {
	if text, ok := systemText(err); ok {
		return text
	}
	return err.Error()
}

// systemText is what the operating system says, if it is what failed.
func systemText(err error) (text string, ok bool) {
	if number, ok := errors.AsType[syscall.Errno](err); ok {
		return number.Error(), true
	}
	_, ok = errors.AsType[*net.DNSError](err)
	return "the host name cannot be resolved", ok
}
