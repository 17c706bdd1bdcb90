package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// journal is the output file, and what it holds is what is done. A line counts when its newline is there. Each is
// written in one piece as soon as its group was read, so a process that is killed loses no line. At most it leaves a
// part of one, which the next run cuts off.
//
// The file is flushed to the disk when it is closed: once the program has ended without an error, all of it is safe.
// If the machine itself fails before that, the latest lines may be missing, and the next run reads their groups again.
// Some file systems then have zeros in their place; the next run names the line and touches nothing.
type journal struct {
	mu   sync.Mutex
	file *os.File
	err  error // the first failure to write
}

// openJournal opens or makes the file, for this run alone, and returns the ids that have a line.
func openJournal(path string) (_ *journal, done map[string]bool, err error) {
	// For its owner only: ids and participants are phone numbers.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			_ = file.Close()
			err = fmt.Errorf("%s: %w", path, err)
		}
	}()
	if err := lock(file); err != nil {
		return nil, nil, err
	}
	done, end, err := load(file)
	if err != nil {
		return nil, nil, err
	}
	if err := file.Truncate(end); err != nil {
		return nil, nil, err
	}
	return &journal{file: file}, done, nil
}

// append writes a line. After a failure it writes no more: a part of a line may be there, and the next one must not be
// glued to it.
func (j *journal) append(l line) error {
	text, err := l.encode()
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		_, j.err = j.file.Write(text)
	}
	return j.err
}

// close flushes the file to the disk and lets go of it.
func (j *journal) close() error { return errors.Join(j.file.Sync(), j.file.Close()) }

// load returns the ids of all whole lines, and where the last of them ends. It refuses a file that holds anything
// else: two names may have been mixed up.
func load(file io.Reader) (done map[string]bool, end int64, err error) {
	const maxLine = 8 << 20 // more than the largest answer that the client accepts, with all of it escaped
	done = map[string]bool{}
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, maxLine)
	lines.Split(splitLines)
	for n := 1; lines.Scan(); n++ {
		text := lines.Bytes()
		whole := bytes.HasSuffix(text, []byte("\n"))
		if !whole && beginsLikeOurs(text) {
			break
		}
		var l struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(text, &l); err != nil || l.ID == "" || !whole {
			return nil, 0, fmt.Errorf("line %d was not written by this program, or is damaged", n)
		}
		done[l.ID] = true
		end += int64(len(text))
	}
	return done, end, lines.Err()
}

// beginsLikeOurs reports whether a part of a line may be cut off.
func beginsLikeOurs(part []byte) bool {
	const start = `{"id":"`
	n := min(len(part), len(start))
	return string(part[:n]) == start[:n]
}

// splitLines splits as bufio.ScanLines does, but keeps the newline, by which a whole line is told from a part.
func splitLines(data []byte, atEOF bool) (advance int, token []byte, err error) {
	if i := bytes.IndexByte(data, '\n'); i >= 0 {
		return i + 1, data[:i+1], nil
	}
	if atEOF && len(data) > 0 {
		return len(data), data, nil
	}
	return 0, nil, nil
}
