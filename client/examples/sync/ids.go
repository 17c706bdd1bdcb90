package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
)

// job is one group to read.
type job struct {
	id string
	// line is where the id stands. It names the group in errors, where the id, which encodes a phone number, must not.
	line int
}

// readIDs reads ids, one on each line, from a file or, for "-", from stdin. Blank lines do not count, and an id that
// comes again counts once. All of them are read before the first group is: they have to be remembered anyway, to tell
// which come again.
func readIDs(path string, stdin io.Reader) ([]job, error) {
	if path == "-" {
		return scanIDs(stdin, "the standard input")
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	return scanIDs(file, path)
}

func scanIDs(in io.Reader, name string) ([]job, error) {
	var jobs []job
	seen := map[string]bool{}
	lines := bufio.NewScanner(in)
	n := 0
	for lines.Scan() {
		n++
		id := strings.TrimSpace(lines.Text())
		if id == "" || seen[id] {
			continue
		}
		seen[id] = true
		jobs = append(jobs, job{id, n})
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s, line %d: %w", name, n+1, err)
	}
	return jobs, nil
}

// without returns the jobs that are not done yet.
func without(jobs []job, done map[string]bool) []job {
	var todo []job
	for _, j := range jobs {
		if !done[j.id] {
			todo = append(todo, j)
		}
	}
	return todo
}
