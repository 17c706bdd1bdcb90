package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// format is the value of --output.
type format string

const (
	formatTable format = "table"
	formatJSON  format = "json"
)

func (f *format) String() string { return string(*f) }

// Type stands in error messages.
func (f *format) Type() string { return "word, table or json" }

func (f *format) Set(s string) error {
	switch v := format(s); v {
	case formatTable, formatJSON:
		*f = v
		return nil
	}
	return errors.New("neither table nor json")
}

// result is what a command has to show.
type result interface {
	// table is the form for people, laid out for a page.
	table(page) string
	// object is the form for programs; it is marshalled as JSON.
	object() any
}

// show writes a result in one piece.
func (a *app) show(r result) error {
	text, err := a.text(r, "  ")
	if err != nil {
		return err
	}
	if err := a.write(text); err != nil {
		return fmt.Errorf("done, but %w", err)
	}
	return nil
}

// showNext writes one result of several: a block, apart from the one before, or a line of JSON.
func (a *app) showNext(r result, first bool) error {
	text, err := a.text(r, "")
	if err != nil {
		return err
	}
	if a.output == formatTable && !first {
		text = append([]byte("\n"), text...)
	}
	return a.write(text)
}

// text returns a result in the form that --output names; the indent is that of JSON.
func (a *app) text(r result, indent string) ([]byte, error) {
	if a.output == formatTable {
		return []byte(r.table(a.page())), nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	err := enc.Encode(r.object())
	return b.Bytes(), err
}

func (a *app) write(text []byte) error {
	if _, err := a.Out.Write(text); err != nil {
		return fmt.Errorf("the result could not be written: %w", err)
	}
	return nil
}

// printable takes out of a text what would move the cursor, change colours or turn the direction of the line: it comes
// from whoever named the group.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n', r == '\r', r == '\t':
			return ' '
		case r < ' ', 0x7f <= r && r <= 0x9f, // control characters
			r == 0x2028, r == 0x2029, // line and paragraph separator
			0x202a <= r && r <= 0x202e, 0x2066 <= r && r <= 0x2069: // direction
			return '\uFFFD'
		}
		return r
	}, s)
}
