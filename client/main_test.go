package client_test

import (
	"testing"

	"go.uber.org/goleak"
)

// No test may leave a goroutine behind, and with it a connection.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
