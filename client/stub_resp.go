package client

import "errors"

// Engineer resp: replace this file by the real functions.

var errContradiction = errors.New("the response says that the call succeeded and that it failed")

func isNonsense(err error) bool { return false }

func excerptOf(b []byte, ct string) string { return ct }
