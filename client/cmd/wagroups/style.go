package main

import (
	"strconv"
	"strings"
)

// page is how a stream shows a result. The zero page is one for programs: without bold, of any width.
type page struct {
	columns int // 0 for no limit
	bold    bool
}

// page returns that of the standard output.
func (a *app) page() page { return page{a.columns(a.Out), a.styled(a.Out)} }

// styled reports whether a stream may have colour and bold.
func (a *app) styled(stream any) bool {
	return a.IsTerminal(stream) && a.getenv(envNoColor) == "" && a.getenv(envTerm) != "dumb" && knowsEscapes(stream)
}

// columns is the width of a stream, 0 when it is no terminal or does not say.
func (a *app) columns(stream any) int {
	if !a.IsTerminal(stream) {
		return 0
	}
	if n, err := strconv.Atoi(a.getenv(envColumns)); err == nil && n > 0 {
		return n
	}
	return a.Width(stream)
}

func bold(s string) string { return "\x1b[1m" + s + "\x1b[0m" }
func red(s string) string  { return "\x1b[31m" + s + "\x1b[0m" }

// row is a line of a table, or more of them where its text has more or the page is narrow.
type row struct {
	label, text string
	whole       bool // not to be wrapped
}

// rows lays out a table: labels, and the texts in a column of their own.
func (p page) rows(rows []row) string {
	indent := 0
	for _, r := range rows {
		indent = max(indent, len(r.label)+2)
	}
	var b strings.Builder
	for _, r := range rows {
		label := r.label
		for line := range strings.Lines(r.text + "\n") {
			parts := []string{printable(strings.TrimRight(line, "\r\n"))}
			if !r.whole {
				parts = p.wrap(parts[0], indent)
			}
			for _, part := range parts {
				padding := strings.Repeat(" ", indent-len(label))
				if p.bold && label != "" {
					label = bold(label)
				}
				b.WriteString(label + padding + part + "\n")
				label = ""
			}
		}
	}
	return b.String()
}
