//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package main

import "testing"

// A second run for the same file is refused while the first one lasts.
func TestLock(t *testing.T) {
	path := writeOutput(t, "")
	first, _ := mustOpen(t, path)
	if second, _, err := openJournal(path); err == nil {
		_ = second.close()
		t.Error("opened twice")
	} else if err.Error() != path+": another run is writing to it" {
		t.Error(err)
	}
	if err := first.close(); err != nil {
		t.Fatal(err)
	}
	third, _ := mustOpen(t, path)
	if err := third.close(); err != nil {
		t.Error(err)
	}
}
