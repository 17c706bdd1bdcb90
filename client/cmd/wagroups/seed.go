package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

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

// fakeText says how to reach the fake, in commands that work as they are.
type fakeText struct {
	url    string
	groups []seedGroup
	tokens []string
}

// maxShownGroups keeps what the fake prints on one screen.
const maxShownGroups = 3

func (f fakeText) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	line("Fake Graph server at %s, API %s. Ctrl-C stops it.", f.url, client.DefaultAPIVersion)
	id, token := "GROUP_ID", "any-token"
	if len(f.tokens) > 0 {
		token = "$" + envToken
	}
	if len(f.groups) == 0 {
		line("\nIt has no groups.")
	} else {
		id = f.groups[0].ID
		line("\nGroups:")
	}
	for i, g := range f.groups {
		if i == maxShownGroups {
			line("  and %d more", len(f.groups)-i)
			break
		}
		line("  %s", strings.TrimSpace(g.ID+"  "+printable(g.Subject)))
	}
	line("\nA program in any language needs:")
	line("  base URL       %s in place of %s", f.url, client.DefaultBaseURL)
	line("  path           /%s/GROUP_ID", client.DefaultAPIVersion)
	line("  Authorization  Bearer %s", token)
	line("\nWith this command:")
	line("  export %s=%s %s=%s", envBaseURL, f.url, envToken, token)
	line("  wagroups get %s", id)
	line("With curl:")
	line("  curl '%s/%s/%s?fields=subject,participants' \\", f.url, client.DefaultAPIVersion, id)
	line("    --header \"Authorization: Bearer %s\"", token)
	line("With Go:")
	line("  client.New(client.StaticToken(%q), client.WithBaseURL(%q))", token, f.url)
	return b.String()
}
