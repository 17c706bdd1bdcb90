//go:build unix

package main

import (
	"fmt"
	"io"
	"slices"
)

// table is what the program prints, in Markdown.
type table struct{ rows [][5]string }

func (t *table) add(figure, measured, bar, reference, ratio string) {
	t.rows = append(t.rows, [5]string{figure, measured, bar, reference, ratio})
}

func (t *table) print(w io.Writer) {
	rows := append([][5]string{{"figure", "measured", "bar", "reference", "ratio"}}, t.rows...)
	var widths [5]int
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	for n, row := range rows {
		for i, cell := range row {
			_, _ = fmt.Fprintf(w, "| %-*s ", widths[i], cell)
		}
		_, _ = fmt.Fprintln(w, "|")
		if n == 0 {
			_, _ = fmt.Fprintln(w, "|---|---|---|---|---|")
		}
	}
}

// spread is the median of some samples and the quartiles around it.
type spread struct{ low, median, high float64 }

func spreadOf(samples []float64) spread {
	s := slices.Sorted(slices.Values(samples))
	at := func(part float64) float64 { return s[int(part*float64(len(s)-1)+0.5)] }
	return spread{at(0.25), at(0.5), at(0.75)}
}

func (s spread) String() string { return fmt.Sprintf("%.2f [%.2f–%.2f]", s.median, s.low, s.high) }

// ratios divides the samples of two contestants round by round.
func ratios(a, b []float64) spread {
	quotients := make([]float64, len(a))
	for i := range a {
		quotients[i] = a[i] / b[i]
	}
	return spreadOf(quotients)
}
