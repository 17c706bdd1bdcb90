package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// knowsEscapes reports whether a terminal understands escape sequences, which a console of Windows has to be told to.
func knowsEscapes(stream any) bool {
	f, ok := stream.(*os.File)
	if !ok {
		return true
	}
	console := windows.Handle(f.Fd())
	var mode uint32
	return windows.GetConsoleMode(console, &mode) == nil &&
		windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
