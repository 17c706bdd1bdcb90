package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"strings"
)

// place is a group id and where it was named. Errors show only where.
type place struct {
	name  string
	id    string
	stdin bool  // named by a line of the standard input
	err   error // instead of an id
}

// idList is the ids of a command line, among which "-" stands for those on the standard input.
type idList struct {
	args []string
	in   io.Reader

	ended bool // the standard input did, and all its ids were taken
}

// all yields the ids in order. Of the standard input it reads, but for a buffer, no more than is taken.
func (l *idList) all(ctx context.Context) iter.Seq[place] {
	return func(yield func(place) bool) {
		for i, arg := range l.args {
			if arg == "-" {
				if !l.readLines(ctx, yield) {
					return
				}
			} else if !yield(place{name: fmt.Sprintf("group %d", i+1), id: arg}) {
				return
			}
		}
	}
}

// maxLine is more than an id and the blanks around it have.
const maxLine = 4096

// readLines yields the lines of the standard input and returns false when there should be nothing after them.
func (l *idList) readLines(ctx context.Context, yield func(place) bool) bool {
	in := bufio.NewReaderSize(interruptible{ctx, l.in}, maxLine)
	for number := 1; ; number++ {
		line, err := in.ReadSlice('\n')
		if number == 1 { // editors on Windows begin a file with a byte order mark
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		p := place{id: strings.TrimSpace(string(line)), stdin: true}
		p.name = fmt.Sprintf("line %d of the standard input", number)
		for errors.Is(err, bufio.ErrBufferFull) {
			p.err = badInput("ID: the line has more than %d bytes", maxLine)
			_, err = in.ReadSlice('\n')
		}
		if ctx.Err() != nil {
			return false
		}
		if p.id != "" || p.err != nil {
			if !yield(p) {
				return false
			}
		}
		switch {
		case err == nil:
			continue
		case !errors.Is(err, io.EOF):
			if broken, ok := errors.AsType[*fs.PathError](err); ok {
				err = broken.Err
			}
			if !yield(place{name: "the standard input", stdin: true, err: badInput("%v", err)}) {
				return false
			}
		}
		l.ended = true
		return true
	}
}
