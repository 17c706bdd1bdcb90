package client_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No test may leave a goroutine behind, and with it a connection.
func TestMain(m *testing.M) {
	// After an answer to a request that it did not read to its end, net/http's server lingers for half a second.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("net/http.(*conn).closeWriteAndWait"))
}
