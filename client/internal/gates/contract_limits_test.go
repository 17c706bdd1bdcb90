package gates

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A probe asks the public API whether it takes a value. It returns nil, or the *ArgumentError.
type probe struct {
	// takes sends one value: a text, or for a photo its size in bytes and the length of its sides.
	takes func(c *client.Client, text string) error
	photo func(c *client.Client, size, width, height int) error
	// alphabet holds the characters that a text of the limit's length is made of.
	alphabet string
}

// probes has one entry for each place of the document where a request is limited; placesOf finds these places.
var probes = map[string]probe{
	"path Version": {takes: func(_ *client.Client, text string) error {
		return clienttest.Outcome(client.New(client.StaticToken(clienttest.Token), client.WithAPIVersion(text)))
	}},
	"path group_id": {takes: func(c *client.Client, text string) error {
		var err error
		for _, op := range clienttest.Operations {
			err = errors.Join(err, op.Call(noContext, c, text))
		}
		return err
	}, alphabet: "a"},
	"header User-Agent": {takes: func(_ *client.Client, text string) error {
		return clienttest.Outcome(client.New(client.StaticToken(clienttest.Token), client.WithUserAgent(text)))
	}},
	"application/json subject": {takes: func(c *client.Client, text string) error {
		return clienttest.Outcome(c.UpdateGroup(noContext, clienttest.GroupID, client.GroupUpdate{Subject: &text}))
	}, alphabet: "ü"},
	"application/json description": {takes: func(c *client.Client, text string) error {
		return clienttest.Outcome(c.UpdateGroup(noContext, clienttest.GroupID, client.GroupUpdate{Description: &text}))
	}, alphabet: "ü"},
	"multipart/form-data file": {photo: func(c *client.Client, size, width, height int) error {
		content := clienttest.JPEGOf(width, height)
		content = append(content, bytes.Repeat([]byte{0x5a}, max(size-len(content), 0))...)
		return clienttest.Outcome(c.SetGroupPhoto(noContext, clienttest.GroupID, bytes.NewReader(content)))
	}},
}

// placesOf maps every place of the document where a request carries a limited value to its schema. The forms of a body
// that the client never sends are left out.
func placesOf(doc *openapi3.T) map[string]*openapi3.Schema {
	places := map[string]*openapi3.Schema{}
	item := doc.Paths.Value(contractPath)
	add := func(place string, schema *openapi3.Schema) {
		limited := schema.Pattern != "" || schema.MinLength > 0 || schema.MaxLength != nil || schema.Min != nil ||
			schema.Max != nil || schema.MaxItems != nil || schema.Extensions["x-photo-limits"] != nil
		if limited {
			places[place] = schema
		}
	}
	parameters := slices.Clone(item.Parameters)
	for _, op := range item.Operations() {
		parameters = append(parameters, op.Parameters...)
		if op.RequestBody == nil {
			continue
		}
		for name, media := range op.RequestBody.Value.Content {
			for property, schema := range media.Schema.Value.Properties {
				if unsent[name] == "" {
					add(name+" "+property, schema.Value)
				}
			}
		}
	}
	for _, p := range parameters {
		add(p.Value.In+" "+p.Value.Name, p.Value.Schema.Value)
	}
	return places
}

// limitGaps lists the limits that the client does not enforce, or enforces with another number.
func limitGaps(doc *openapi3.T, c *client.Client) []string {
	places := placesOf(doc)
	for place := range probes {
		if places[place] == nil {
			places[place] = nil // it is visited too
		}
	}
	var problems []string
	for _, place := range slices.Sorted(maps.Keys(places)) {
		problems = append(problems, gapsOf(place, places[place], c)...)
	}
	return problems
}

func gapsOf(place string, schema *openapi3.Schema, c *client.Client) []string {
	p, ok := probes[place]
	switch {
	case schema == nil:
		return []string{place + ": enforced, and not in the document"}
	case !ok:
		return []string{place + ": limited, and no probe says how the client enforces it"}
	case schema.Extensions["x-photo-limits"] != nil:
		return photoGaps(place, p, c, schema)
	}
	return append(lengthGaps(place, p, c, schema), patternGaps(place, p, c, schema)...)
}

// lengthGaps tries the lengths at both edges, counted in characters.
func lengthGaps(place string, p probe, c *client.Client, schema *openapi3.Schema) []string {
	if p.alphabet == "" {
		return nil
	}
	var problems []string
	try := func(n int, want bool) {
		if n < 0 {
			return
		}
		if got := accepted(p.takes(c, strings.Repeat(p.alphabet, n))); got != want {
			problems = append(problems, fmt.Sprintf("%s of %d characters: accepted is %v", place, n, got))
		}
	}
	lowest := int(schema.MinLength)
	try(lowest-1, false)
	try(lowest, true)
	if schema.MaxLength == nil {
		try(1<<20, true)
		return problems
	}
	try(int(*schema.MaxLength), true)
	try(int(*schema.MaxLength)+1, false)
	return problems
}

// patternGaps compares the client's judgement of many texts with that of the pattern.
func patternGaps(place string, p probe, c *client.Client, schema *openapi3.Schema) []string {
	if schema.Pattern == "" {
		return nil
	}
	rule := regexp.MustCompile(schema.Pattern)
	var problems []string
	for _, text := range textsLike(place) {
		if want, got := rule.MatchString(inHeader(place, text)), accepted(p.takes(c, text)); got != want {
			problems = append(problems, fmt.Sprintf("%s %q: accepted is %v", place, text, got))
		}
	}
	return problems
}

// inHeader puts a product where the client puts it, behind its own name.
func inHeader(place, text string) string {
	if place == "header User-Agent" {
		return "wagroups-go/" + client.Version + ";go=1.26.0 " + text
	}
	return text
}

// textsLike returns texts on both sides of the rule: a good one with every ASCII character put into it, and others.
func textsLike(place string) []string {
	good := map[string]string{"path Version": "v12.3", "header User-Agent": "name/1.2"}[place]
	if good == "" {
		good = "aZ9"
	}
	texts := []string{
		good, "v1.0", "V1.0", "v1", "v.1", "v1.", "1.0", "v1.0.0", "v10.20", "v1.0-beta", "a", "_", "=", "-", "a=", "ü", "..",
		"name/1", "name/v1", "/1.2", "name/", "a-b_c/1-2.3", "a/b/1",
	}
	for c := range rune(128) {
		// The space would start a third product in a User-Agent, which the pattern's \s+ takes for more of the same.
		if place == "header User-Agent" && strings.ContainsRune(" \t\n\v\f\r", c) {
			continue
		}
		texts = append(texts, good[:1]+string(c)+good[1:], good+string(c))
	}
	return texts
}

// photoGaps tries the limits of x-photo-limits, and refuses one that it does not know.
func photoGaps(place string, p probe, c *client.Client, schema *openapi3.Schema) []string {
	var limits struct {
		MaxBytes, MinSide int
		Square            bool
	}
	text, _ := json.Marshal(schema.Extensions["x-photo-limits"])
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&limits); err != nil {
		return []string{place + ": x-photo-limits: " + err.Error()}
	}
	var problems []string
	try := func(size, width, height int, want bool) {
		if got := accepted(p.photo(c, size, width, height)); got != want {
			problems = append(problems, fmt.Sprintf("%s of %d bytes, %d by %d: accepted is %v", place, size, width, height, got))
		}
	}
	side := limits.MinSide
	try(limits.MaxBytes, side, side, true)
	try(limits.MaxBytes+1, side, side, false)
	try(1000, side-1, side-1, false)
	try(1000, side, side+1, !limits.Square)
	try(1000, side+1, side, !limits.Square)
	return problems
}

// accepted tells a call that was sent from one that was refused.
func accepted(err error) bool { return !errors.Is(err, client.ErrInvalidArgument) }

func TestContractLimits(t *testing.T) {
	t.Parallel()
	c := clienttest.Serve(t, clienttest.Success).Client()
	wantProblems(t, limitGaps(contract(t), c))
}

func TestContractLimitsReports(t *testing.T) {
	t.Parallel()
	c := clienttest.Serve(t, clienttest.Success).Client()
	for _, tt := range []struct {
		name   string
		place  string
		mutate func(settings, photo, group, version *openapi3.Schema)
		want   []string // what is found first
	}{
		{"a longer subject", "application/json subject", func(s, _, _, _ *openapi3.Schema) {
			s.Properties["subject"].Value.MaxLength = new(uint64(129))
		}, []string{"application/json subject of 129 characters: accepted is false"}},
		{"a shorter description", "application/json description", func(s, _, _, _ *openapi3.Schema) {
			s.Properties["description"].Value.MaxLength = new(uint64(2047))
		}, []string{"application/json description of 2048 characters: accepted is true"}},
		{"a subject that may be empty", "application/json subject", func(s, _, _, _ *openapi3.Schema) {
			s.Properties["subject"].Value.MinLength = 0
		}, []string{"application/json subject of 0 characters: accepted is false"}},
		{"no limit any more", "application/json description", func(s, _, _, _ *openapi3.Schema) {
			s.Properties["description"].Value.MaxLength = nil
		}, []string{"application/json description: enforced, and not in the document"}},
		{"a limit of a property that had none", "application/json profile_picture_file", func(s, _, _, _ *openapi3.Schema) {
			s.Properties["profile_picture_file"].Value.MaxLength = new(uint64(9))
		}, []string{"application/json profile_picture_file: limited, and no probe says how the client enforces it"}},
		{"a larger photo", "multipart/form-data file", func(_, p, _, _ *openapi3.Schema) {
			p.Extensions["x-photo-limits"].(map[string]any)["maxBytes"] = 5242881
		}, []string{"multipart/form-data file of 5242881 bytes, 192 by 192: accepted is false"}},
		{"a smaller photo, not square", "multipart/form-data file", func(_, p, _, _ *openapi3.Schema) {
			p.Extensions["x-photo-limits"] = map[string]any{"maxBytes": 5242880, "minSide": 191}
		}, []string{"multipart/form-data file of 5242880 bytes, 191 by 191: accepted is false"}},
		{"an unknown rule for photos", "multipart/form-data file", func(_, p, _, _ *openapi3.Schema) {
			p.Extensions["x-photo-limits"].(map[string]any)["maxSide"] = 4096
		}, []string{`multipart/form-data file: x-photo-limits: json: unknown field "maxSide"`}},
		{"a longer id", "path group_id", func(_, _, g, _ *openapi3.Schema) {
			g.MaxLength = new(uint64(257))
		}, []string{"path group_id of 257 characters: accepted is false"}},
		{"a full stop in ids", "path group_id", func(_, _, g, _ *openapi3.Schema) {
			g.Pattern = `^[A-Za-z0-9_=.-]+$`
		}, []string{
			`path group_id "v1.0": accepted is false`, `path group_id "V1.0": accepted is false`,
		}},
		{"a version of three numbers", "path Version", func(_, _, _, v *openapi3.Schema) {
			v.Pattern = `^v\d+\.\d+(\.\d+)?$`
		}, []string{`path Version "v1.0.0": accepted is false`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := contract(t)
			post := doc.Paths.Value(contractPath).Post.RequestBody.Value.Content
			tt.mutate(post["application/json"].Schema.Value,
				post["multipart/form-data"].Schema.Value.Properties["file"].Value,
				doc.Components.Parameters["GroupID"].Value.Schema.Value,
				doc.Components.Parameters["Version"].Value.Schema.Value)
			got := gapsOf(tt.place, placesOf(doc)[tt.place], c)
			wantProblems(t, got[:min(len(got), len(tt.want))], tt.want...)
		})
	}
}
