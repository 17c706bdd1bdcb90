package clienttest

import (
	"context"
	"fmt"
	"net/http"

	"github.com/wagroups/wagroups-go/client"
)

// An Operation is one method of a client, called with good arguments; the group ID is the test's.
type Operation struct {
	Name   string
	Method string // of HTTP
	Change bool   // not only a read
	Call   func(ctx context.Context, c *client.Client, groupID string) error
}

// Operations are all of them.
var Operations = []Operation{
	{"GetGroup", http.MethodGet, false, func(ctx context.Context, c *client.Client, id string) error {
		return Outcome(c.GetGroup(ctx, id))
	}},
	{"UpdateGroup", http.MethodPost, true, func(ctx context.Context, c *client.Client, id string) error {
		return Outcome(c.UpdateGroup(ctx, id, client.GroupUpdate{Subject: new("Allotment")}))
	}},
	{"SetGroupPhoto", http.MethodPost, true, func(ctx context.Context, c *client.Client, id string) error {
		return Outcome(c.SetGroupPhoto(ctx, id, Photo()))
	}},
	{"DeleteGroup", http.MethodDelete, true, func(ctx context.Context, c *client.Client, id string) error {
		return Outcome(c.DeleteGroup(ctx, id))
	}},
}

// OperationNamed finds one, and panics if it does not exist.
func OperationNamed(name string) Operation {
	for _, op := range Operations {
		if op.Name == name {
			return op
		}
	}
	panic("no operation " + name)
}

// Outcome returns err, and an error of its own unless there is either a result or an error.
func Outcome[T any](result *T, err error) error {
	if (result == nil) != (err != nil) {
		return fmt.Errorf("result %v together with error %w", result, err)
	}
	return err
}
