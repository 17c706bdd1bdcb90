package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const maxSeed = 64 << 20

// seedGroup is as much of a group as the command shows when the fake starts.
type seedGroup struct {
	ID      string `json:"id"`
	Subject string `json:"subject"`
}

// seed returns the groups of a seed file, or the sample group without one.
func (a *app) seed(ctx context.Context, path string) (fakegraph.Option, []seedGroup, error) {
	if path == "" {
		g := sampleGroup()
		return fakegraph.WithGroups(g), []seedGroup{{g.ID, g.Subject}}, nil
	}
	data, err := a.readFile(ctx, path, maxSeed)
	switch {
	case ctx.Err() != nil:
		return nil, nil, ctx.Err()
	case err != nil:
		return nil, nil, badInput("--seed: %s", reason(err))
	case len(data) == 0:
		return nil, nil, badInput("--seed: must not be empty")
	}
	data = asSeed(bytes.TrimPrefix(data, []byte("\ufeff")))
	var document struct {
		Groups []seedGroup `json:"groups"`
	}
	// What is wrong with the seed fakegraph says better: with the position.
	_ = json.Unmarshal(data, &document)
	return fakegraph.WithSeed(bytes.NewReader(data), "--seed"), document.Groups, nil
}

// asSeed makes a seed of what get --output json prints, a group on each line, which stays on its line. Anything else is
// returned as it is.
func asSeed(data []byte) []byte {
	var groups [][]byte
	for dec := json.NewDecoder(bytes.NewReader(data)); ; {
		var group map[string]json.RawMessage
		err := dec.Decode(&group)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil || group["groups"] != nil {
			return data
		}
		delete(group, string(client.FieldTotalParticipantCount)) // it follows from the participants
		text, err := json.Marshal(group)
		if err != nil {
			return data
		}
		groups = append(groups, text)
	}
	if len(groups) == 0 {
		return data
	}
	return fmt.Appendf(nil, `{"groups":[%s]}`, bytes.Join(groups, []byte(",\n")))
}

// sampleGroup is what fake and demo start with.
func sampleGroup() fakegraph.Group {
	return fakegraph.Group{
		ID:                "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD",
		Subject:           "Allotment Neighbours",
		Description:       "Seeds, water rota and the key to the shed.",
		JoinApprovalMode:  "approval_required",
		CreationTimestamp: 1735689600,
		Participants:      []fakegraph.Participant{{WaID: "15550100001"}, {WaID: "15550100002"}},
	}
}
