package fakegraph

import (
	"errors"
	"io"
	"os"
	"slices"
	"time"
)

// An Option configures a [Server]. Options apply in the order given; a nil Option is ignored.
type Option interface {
	apply(*config) error
}

type config struct {
	tokens    []string
	appSecret string
	groups    []Group
	quoted    bool
	now       func() time.Time
}

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

// WithToken sets the access tokens that are accepted; any other is refused with code 190. Without this option, and
// without arguments, every token is accepted. An empty token is an error. Given twice, both lists count.
func WithToken(tokens ...string) Option {
	return optionFunc(func(c *config) error {
		if slices.Contains(tokens, "") {
			return errors.New("WithToken: the token is empty")
		}
		c.tokens = append(c.tokens, tokens...)
		return nil
	})
}

// WithAppSecret demands a valid appsecret_proof, and an appsecret_time within five minutes, in the query of every
// request; otherwise the answer is code 104. By default, and with an empty secret, proofs are ignored.
func WithAppSecret(secret string) Option {
	return optionFunc(func(c *config) error {
		c.appSecret = secret
		return nil
	})
}

// WithGroups puts groups into the server. A later group replaces an earlier one with the same id. The default is none.
func WithGroups(groups ...Group) Option {
	return optionFunc(func(c *config) error {
		c.groups = append(c.groups, groups...)
		return nil
	})
}

// WithSeed puts the groups of a JSON document into the server:
//
//	{"groups": [{"id": "Z3JvdXA", "subject": "Allotment", "participants": [{"wa_id": "15550100001"}]}]}
//
// The keys are those of [Group] and [Participant]. The name, most often that of a file, stands in errors, which also
// tell line, column and reason; an unknown or repeated key and a repeated group id are errors.
func WithSeed(r io.Reader, name string) Option {
	return optionFunc(func(c *config) error {
		if r == nil {
			return errors.New("WithSeed: no reader")
		}
		data, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		groups, err := parseSeed(data, name)
		c.groups = append(c.groups, groups...)
		return err
	})
}

// WithSeedFile is [WithSeed] for a file. [New] reads it.
func WithSeedFile(path string) Option {
	return optionFunc(func(c *config) error {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		return WithSeed(f, path).apply(c)
	})
}

// WithQuotedScalars puts the numbers and booleans of a group in quotes, as a sample in Meta's guide shows them. By
// default they have the types of the reference's schema.
func WithQuotedScalars() Option {
	return optionFunc(func(c *config) error {
		c.quoted = true
		return nil
	})
}

// WithClock sets the clock behind the Date header and the age of an appsecret_time. The default, also for nil, is
// [time.Now]. The delays of faults do not follow it; for those, run the test in a testing/synctest bubble.
func WithClock(now func() time.Time) Option {
	return optionFunc(func(c *config) error {
		c.now = now
		return nil
	})
}
