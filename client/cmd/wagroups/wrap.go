package main

import (
	"strings"

	"github.com/rivo/uniseg"
)

// minColumns is the least that a text is wrapped to. On a terminal that is narrower the lines look ragged.
const minColumns = 10

// wrap splits a text into lines that fit the page beside an indent. Lines end between words, and within a word that is
// longer than a line: a terminal would go on in its first column, where only labels should stand.
func (p page) wrap(text string, indent int) []string {
	if p.columns == 0 {
		return []string{text}
	}
	columns := max(p.columns-indent, minColumns)
	if uniseg.StringWidth(text) <= columns {
		return []string{text}
	}

	var lines []string
	cut := func(end int) {
		lines = append(lines, strings.TrimRight(text[:end], " "))
		text = text[end:]
	}
	at, width := 0, 0    // how much of text was looked at, and the columns that it takes
	word, before := 0, 0 // where its last word begins, and the columns before that
	rest, state := text, -1
	for rest != "" {
		var cluster string // what a reader takes for one character
		var boundaries int
		cluster, rest, boundaries, state = uniseg.StepString(rest, state)
		wide := boundaries >> uniseg.ShiftWidth
		if cluster != " " && width+wide > columns { // spaces may hang over the end
			if word > 0 {
				cut(word)
				at, width = at-word, width-before
				word, before = 0, 0
			}
			if width+wide > columns {
				cut(at)
				at, width = 0, 0
			}
		}
		at, width = at+len(cluster), width+wide
		if boundaries&uniseg.MaskLine == uniseg.LineCanBreak {
			word, before = at, width
		}
	}
	cut(len(text))
	return lines
}
