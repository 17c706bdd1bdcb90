package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// openTerminal returns the two ends of a terminal of that many columns: one for a person, one for a program.
func openTerminal(t *testing.T, columns uint16) (person, program *os.File) {
	t.Helper()
	open := func(path string) *os.File {
		f, err := os.OpenFile(path, os.O_RDWR|unix.O_NOCTTY, 0)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	person = open("/dev/ptmx")
	fd := int(person.Fd())
	if err := unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: columns}); err != nil {
		t.Fatal(err)
	}
	return person, open(fmt.Sprintf("/dev/pts/%d", number))
}

// The command on a real terminal: what it shows there, and that it listens.
func TestTerminal(t *testing.T) {
	t.Parallel()
	_, w := startFake(t)
	path, environ := binary(t, envToken+"="+testToken, envBaseURL+"="+w.env[envBaseURL], envTerm+"=xterm")
	const bold, red, end = "\x1b[1m", "\x1b[31m", "\x1b[0m"
	photo := writeFile(t, "photo.jpg", jpegOf(t, 200, 200))
	for _, c := range []struct {
		args  []string
		typed string
		code  int
		shows []string // in this order
	}{
		{
			[]string{"get", testID, "--fields", "subject"}, "", exitOK,
			[]string{
				bold + "Group" + end + "    " + testID + "\r\n",
				bold + "Subject" + end + "  Allotment\r\n         Neighbours\r\n",
			},
		},
		{
			[]string{"get", "-", "--fields", "id"}, testID + "\n\x04", exitOK,
			[]string{bold + "Group" + end + "  " + testID + "\r\n"},
		},
		{[]string{"photo", testID, photo}, "", exitOK, []string{"\rUploading 100% |█|  \r\n", "Accepted."}},
		{[]string{"delete", testID}, "yes\n", exitOK, []string{"Delete it? [y/N] ", "Accepted."}},
		{[]string{"get", testID}, "", exitNotFound, []string{red + "wagroups:" + end + " GetGroup: group not found"}},
	} {
		person, program := openTerminal(t, 20)
		_, _ = io.WriteString(person, c.typed)
		cmd := exec.CommandContext(t.Context(), path, c.args...)
		cmd.Env, cmd.Stdin, cmd.Stdout, cmd.Stderr = environ, program, program, program
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		_ = program.Close()
		var shown bytes.Buffer
		_, _ = shown.ReadFrom(person) // ends with an error when the program does
		_ = cmd.Wait()
		rest := shown.String()
		for _, want := range c.shows {
			_, after, found := strings.Cut(rest, want)
			if !found {
				t.Errorf("%v showed %q, want %q in it", c.args, shown.String(), want)
			}
			rest = after
		}
		if code := cmd.ProcessState.ExitCode(); code != c.code {
			t.Errorf("%v: exit code %d", c.args, code)
		}
	}
}
