//go:build !windows

package main

// knowsEscapes reports whether a terminal understands escape sequences.
func knowsEscapes(any) bool { return true }
