package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
)

func TestIDList(t *testing.T) {
	long := strings.Repeat("x", 3*maxLine)
	for name, c := range map[string]struct {
		args  []string
		in    io.Reader
		want  []string
		ended bool
	}{
		"arguments": {[]string{"a", "b", "a"}, nil, []string{"group 1: a", "group 2: b", "group 3: a"}, false},
		"input": {
			[]string{"-"}, strings.NewReader("a\n\n  b\t\r\n\r\n \na"),
			[]string{"line 1: a", "line 3: b", "line 6: a"}, true,
		},
		"byte order mark": {
			[]string{"-"}, strings.NewReader("\ufeffa\r\n\ufeffb"), []string{"line 1: a", "line 2: \ufeffb"}, true,
		},
		"byte by byte": {
			[]string{"-"}, iotest.OneByteReader(strings.NewReader("a\r\nb\r\n")), []string{"line 1: a", "line 2: b"}, true,
		},
		"both": {
			[]string{"x", "-", "y"}, strings.NewReader("a\nb\n"),
			[]string{"group 1: x", "line 1: a", "line 2: b", "group 3: y"}, true,
		},
		"nothing": {[]string{"-"}, strings.NewReader(""), nil, true},
		"long lines": {
			[]string{"-"}, strings.NewReader(long + "\na\n" + long),
			[]string{"line 1: ID: the line has more than 4096 bytes", "line 2: a", "line 3: ID: the line has more than 4096 bytes"},
			true,
		},
		"broken": {
			[]string{"-", "x"}, io.MultiReader(strings.NewReader("a\nb"), iotest.ErrReader(errors.New("input/output error"))),
			[]string{"line 1: a", "line 2: b", "the standard input: input/output error", "group 2: x"}, true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			list := idList{args: c.args, in: c.in}
			var got []string
			for p := range list.all(t.Context()) {
				if p.stdin == strings.HasPrefix(p.name, "group ") {
					t.Errorf("%s: from the standard input: %t", p.name, p.stdin)
				}
				text := p.id
				if p.err != nil {
					text = p.err.Error()
				}
				got = append(got, strings.Replace(p.name, " of the standard input", "", 1)+": "+text)
			}
			if !slices.Equal(got, c.want) || list.ended != c.ended {
				t.Errorf("ended: %t\n%q\nwant\n%q", list.ended, got, c.want)
			}
		})
	}
}

// endless is a standard input without end that counts what was read.
type endless struct{ lines int }

func (e *endless) Read(b []byte) (int, error) {
	e.lines++
	return copy(b, fmt.Sprintf("Z%d\n", e.lines)), nil
}

// An input is read no further than its ids can be used, whatever its length.
func TestIDListWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &endless{}
		list := idList{args: []string{"-", "x"}, in: in}
		ctx, cancel := contextThatEnds(t)
		stall := func(ctx context.Context, p place) (string, bool) { <-ctx.Done(); return p.id, false }
		done := make(chan []string)
		go func() { done <- slices.Collect(ordered(ctx, 2, list.all, stall)) }()
		synctest.Wait()
		if in.lines != 3 { // two are under way, one waits
			t.Errorf("%d lines were read", in.lines)
		}
		cancel()
		if got := <-done; !slices.Equal(got, []string{"Z1", "Z2"}) || list.ended {
			t.Errorf("%q were begun, ended: %t", got, list.ended)
		}
	})
}

// A terminal at which nobody types must not keep a list from ending.
func TestIDListInterrupted(t *testing.T) {
	in, writer := io.Pipe()
	t.Cleanup(func() { _ = writer.Close() })
	ctx, cancel := contextThatEnds(t)
	list := idList{args: []string{"-", "x"}, in: readerThen{in, cancel}}
	next, stop := iter.Pull(list.all(ctx))
	defer stop()
	if p, ok := next(); ok || list.ended {
		t.Errorf("it went on with %+v", p)
	}
}
