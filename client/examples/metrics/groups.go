package main

import (
	"context"
	"io"

	"github.com/wagroups/wagroups-go/client"
)

// countedGroups makes the calls of a client and counts them by their result. An observer alone cannot do that: it sees
// attempts, and a call with a bad argument, or one that the client holds back because Graph asked for a pause, makes
// none.
type countedGroups struct {
	client  *client.Client
	metrics *metrics
}

func (g *countedGroups) GetGroup(
	ctx context.Context, groupID string, fields ...client.Field,
) (*client.Group, error) {
	group, err := g.client.GetGroup(ctx, groupID, fields...)
	g.count("GetGroup", err)
	return group, err
}

func (g *countedGroups) UpdateGroup(
	ctx context.Context, groupID string, u client.GroupUpdate,
) (*client.Receipt, error) {
	receipt, err := g.client.UpdateGroup(ctx, groupID, u)
	g.count("UpdateGroup", err)
	return receipt, err
}

func (g *countedGroups) SetGroupPhoto(ctx context.Context, groupID string, jpeg io.Reader) (*client.Receipt, error) {
	receipt, err := g.client.SetGroupPhoto(ctx, groupID, jpeg)
	g.count("SetGroupPhoto", err)
	return receipt, err
}

func (g *countedGroups) DeleteGroup(ctx context.Context, groupID string) (*client.Receipt, error) {
	receipt, err := g.client.DeleteGroup(ctx, groupID)
	g.count("DeleteGroup", err)
	return receipt, err
}

func (g *countedGroups) count(op string, err error) {
	g.metrics.calls.WithLabelValues(op, classOf(err)).Inc()
}
