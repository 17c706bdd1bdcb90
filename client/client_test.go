package client_test

import (
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestNewWithoutATokenSource(t *testing.T) {
	c, err := client.New(nil)
	if c != nil {
		t.Error("a client together with an error")
	}
	clienttest.WantArgument(t, err, "ts")
}
