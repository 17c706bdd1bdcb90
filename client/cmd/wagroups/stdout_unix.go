//go:build unix

package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// isClosed reports whether a standard output was closed when the program started. The runtime of Go puts the null
// device in its place, open for reading and writing, where a shell's >/dev/null opens it for writing. A parent process
// that does as the runtime most often does so for the standard error too, and then no message would be seen.
func isClosed(stdout *os.File) bool {
	flags, err := unix.FcntlInt(stdout.Fd(), unix.F_GETFL, 0)
	return err == nil && flags&unix.O_ACCMODE == unix.O_RDWR && isNull(stdout) && !isNull(os.Stderr)
}

func isNull(f *os.File) bool {
	null, err := os.Stat(os.DevNull)
	if err != nil {
		return false
	}
	info, err := f.Stat()
	return err == nil && os.SameFile(info, null)
}
