package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// journal is the output file: what has a line in it is done. A line counts when its newline is there. Each is written
// in one piece as soon as its group was read, so a process that is killed leaves at most a part of one line, which the
// next run cuts off.
type journal struct {
	mu   sync.Mutex
	file *os.File
	err  error // the first failure to write
}

// openJournal opens or makes the file and returns the IDs that have a line. It refuses a file that holds anything else,
// and leaves it as it is: two names may have been mixed up.
func openJournal(path string) (_ *journal, done map[string]bool, err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, nil, errors.New("not a regular file")
	}
	// For its owner only: participants are phone numbers.
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, err
	}
	done, end, err := load(file)
	if err == nil {
		err = file.Truncate(end)
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return &journal{file: file}, done, nil
}

// load returns the IDs of all whole lines, and where the last of them ends.
func load(file io.Reader) (done map[string]bool, end int64, err error) {
	const start = `{"id":"`
	done = map[string]bool{}
	lines := bufio.NewReader(file)
	for n := 1; ; n++ {
		text, err := lines.ReadString('\n')
		if err != nil && err != io.EOF {
			return nil, 0, err
		}
		if err == io.EOF && strings.HasPrefix(start, text[:min(len(text), len(start))]) {
			return done, end, nil
		}
		var line struct {
			ID string `json:"id"`
		}
		if err != nil || json.Unmarshal([]byte(text), &line) != nil || line.ID == "" {
			return nil, 0, fmt.Errorf("line %d was not written by this program, or is damaged", n)
		}
		done[line.ID] = true
		end += int64(len(text))
	}
}

// append writes a line. After a failure it writes no more: the next line would be joined to a part of this one.
func (j *journal) append(line any) error {
	text, err := json.Marshal(line)
	if err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.err == nil {
		_, j.err = j.file.Write(append(text, '\n'))
	}
	return j.err
}

// close writes the file to the disk: after a run without an error, no failure of the machine loses a line.
func (j *journal) close() error { return errors.Join(j.file.Sync(), j.file.Close()) }
