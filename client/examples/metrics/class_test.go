package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"testing"

	"github.com/wagroups/wagroups-go/client"
)

func TestClassOf(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{nil, "ok"},
		{fmt.Errorf("wrapped: %w", client.ErrNotFound), "group not found"},
		{errors.Join(client.ErrUnavailable, context.DeadlineExceeded), "unavailable"},
		{errors.Join(client.ErrUnavailable, context.Canceled), "canceled"},
		{errors.Join(client.ErrAmbiguous, context.Canceled), "outcome unknown"},
		{context.Canceled, "canceled"},
		{io.EOF, "other"},
	} {
		if got := classOf(tt.err); got != tt.want {
			t.Errorf("%v is %q, want %q", tt.err, got, tt.want)
		}
	}
}
