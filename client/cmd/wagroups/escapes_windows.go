package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// knowsEscapes turns on what a console of Windows does not do by itself.
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
