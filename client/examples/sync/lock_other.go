//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package main

import "os"

// lock does nothing: the standard library has no such lock for this system. Here it is for the caller to start one run
// at a time for a file.
func lock(*os.File) error { return nil }
