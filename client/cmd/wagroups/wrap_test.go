package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
)

func TestWrap(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []string // in ten columns
	}{
		"empty":                 {"", []string{""}},
		"fits":                  {"water rota", []string{"water rota"}},
		"words":                 {"the key to the shed", []string{"the key to", "the shed"}},
		"blanks at the end":     {"water rota    and seeds", []string{"water rota", "and seeds"}},
		"blanks within":         {"a  b  c  d  e", []string{"a  b  c  d", "e"}},
		"a long word":           {"x abcdefghijklmnopqrstuvwxyz y", []string{"x", "abcdefghij", "klmnopqrst", "uvwxyz y"}},
		"blanks that bind":      {"aaaaaaaaaa\u00a0Suspended\u00a0no", []string{"aaaaaaaaaa", "\u00a0Suspended", "\u00a0no"}},
		"a hyphen":              {"water-carriers", []string{"water-", "carriers"}},
		"wide":                  {"菜園の水やり当番", []string{"菜園の水や", "り当番"}},
		"wide, odd":             {"a菜園の水やり当番", []string{"a菜園の水", "やり当番"}},
		"combining":             {strings.Repeat("e\u0301", 12), []string{strings.Repeat("e\u0301", 10), "e\u0301e\u0301"}},
		"emoji of many parts":   {"seeds 👩🏽‍🌾👩🏽‍🌾👩🏽‍🌾", []string{"seeds 👩🏽‍🌾👩🏽‍🌾", "👩🏽‍🌾"}},
		"a flag":                {"seeds for 🇫🇷", []string{"seeds for", "🇫🇷"}},
		"what was taken out":    {printable("a\x1b[2J\u202ebcd efghij"), []string{"a\uFFFD[2J\uFFFDbcd", "efghij"}},
		"not a character":       {"\xff\xfe aaaaaaaaaa", []string{"\xff\xfe", "aaaaaaaaaa"}},
		"nothing but blanks":    {strings.Repeat(" ", 25), []string{""}},
		"a blank at the border": {"aaaaaaaaaa b", []string{"aaaaaaaaaa", "b"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (page{columns: 12}).wrap(c.text, 2); !slices.Equal(got, c.want) {
				t.Errorf("%q\nwant\n%q", got, c.want)
			}
			if got := (page{}).wrap(c.text, 2); !slices.Equal(got, []string{c.text}) {
				t.Errorf("without a width it gave %q", got)
			}
			if got := (page{columns: 1}).wrap(c.text, 12); !slices.Equal(got, c.want) {
				t.Errorf("on a terminal without room it gave %q", got)
			}
		})
	}
}

// Whatever the text, no line is too wide, and nothing but blanks at the ends of lines is lost.
func FuzzWrap(f *testing.F) {
	f.Add("Seeds, water rota and the key to the shed.", 20)
	f.Add("水やり当番 e\u0301 👩🏽‍🌾\u00a0x", 11)
	f.Fuzz(func(t *testing.T, text string, columns int) {
		text = printable(text)
		columns = minColumns + max(columns, 0)%100
		lines := page{columns: columns}.wrap(text, 0)
		for _, line := range lines {
			if width := uniseg.StringWidth(line); width > columns {
				t.Errorf("%q has %d columns, more than %d", line, width, columns)
			}
		}
		without := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		if got := without(strings.Join(lines, "")); got != without(text) {
			t.Errorf("%q became %q", text, lines)
		}
	})
}
