package fakegraph

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"
)

// An Option configures a [Server]. Options are applied in their order; a nil Option is ignored.
type Option interface {
	apply(*config) error
}

// config has its secrets behind functions, which fmt does not follow.
type config struct {
	tokens     func() []string
	appSecret  func() string
	redactor   func() *strings.Replacer // of all secrets
	groups     []stored
	quoted     bool
	strict     bool
	photoParts []string
	hosts      []string
	wrap       func(http.Handler) http.Handler
	webhook    func() Webhook
	control    bool
	now        func() time.Time
}

func newConfig(opts []Option) (config, error) {
	c := config{
		tokens: func() []string { return nil }, appSecret: func() string { return "" }, now: time.Now,
		photoParts: []string{partFile}, webhook: func() Webhook { return Webhook{} },
	}
	for _, opt := range opts {
		if opt == nil {
			continue
		}
		if err := opt.apply(&c); err != nil {
			return c, fmt.Errorf("fakegraph: %w", err)
		}
	}
	var pairs []string
	hook := c.webhook()
	for _, secret := range append(slices.Clone(c.tokens()), c.appSecret(), hook.AppSecret, hook.VerifyToken) {
		if len(secret) >= shortestSecret {
			pairs = append(pairs, secret, redacted)
		}
	}
	redactor := strings.NewReplacer(pairs...)
	c.redactor = func() *strings.Replacer { return redactor }
	return c, nil
}

type optionFunc func(*config) error

func (f optionFunc) apply(c *config) error { return f(c) }

// WithToken sets the accepted access tokens. Any other token is refused with code 190. By default, and without
// arguments, every token is accepted. An empty token is an error. If the option is given twice, both lists count.
func WithToken(tokens ...string) Option {
	return optionFunc(func(c *config) error {
		if slices.Contains(tokens, "") {
			return errors.New("WithToken: the token is empty")
		}
		all := append(slices.Clone(c.tokens()), tokens...)
		c.tokens = func() []string { return all }
		return nil
	})
}

// WithAppSecret requires a valid appsecret_proof, and an appsecret_time that is less than five minutes old or ahead, in
// the query of every request. Otherwise the response is code 100 with a message that names the parameter. By default,
// and with an empty secret, proofs are ignored.
func WithAppSecret(secret string) Option {
	return optionFunc(func(c *config) error {
		c.appSecret = func() string { return secret }
		return nil
	})
}

// WithGroups puts groups into the server. A later group replaces an earlier one with the same ID. The default is no
// group.
func WithGroups(groups ...Group) Option {
	return optionFunc(func(c *config) error {
		for _, g := range groups {
			c.groups = append(c.groups, stored{group: g})
		}
		return nil
	})
}

// WithSeed puts the groups of a JSON document into the server:
//
//	{"groups": [{"id": "Z3JvdXA", "subject": "Allotment", "participants": [{"wa_id": "15550100001"}]}]}
//
// The keys are those of [Group] and [Participant]; the key photo of a group is a JPEG in base64. Errors contain name,
// usually the name of a file, and the line, the column and the reason. Unknown keys, duplicate keys and duplicate group
// IDs are errors.
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

// WithStrictHeaders also requires what Meta documents but Graph is not known to require: a User-Agent with the pattern
// in Meta's OpenAPI document, such as name/1.2.3, and a Content-Type on a DELETE, as the reference page says. By
// default these headers are not checked, so that the default HTTP clients of other languages work.
func WithStrictHeaders() Option {
	return optionFunc(func(c *config) error {
		c.strict = true
		return nil
	})
}

// WithPhotoPart sets which multipart parts are accepted as the photo: "file", which is the default and the name in
// Meta's reference; "profile_picture_file", the name in other sources; or both. A photo in the other part is refused
// with code 131009. Any other name, and an empty list, is an error.
func WithPhotoPart(names ...string) Option {
	return optionFunc(func(c *config) error {
		if len(names) == 0 {
			return errors.New("WithPhotoPart: no name")
		}
		for _, name := range names {
			if name != partFile && name != partPicture {
				return fmt.Errorf("WithPhotoPart: %q is neither %s nor %s", name, partFile, partPicture)
			}
		}
		c.photoParts = slices.Clone(names)
		return nil
	})
}

// WithHosts lets the listener of [Server.Listen] also serve these host names, without a port, such as "fake" in a
// network of containers. By default it serves "localhost", "127.0.0.1" and "::1", and any other name gets status 421.
// So a web page whose own host name resolves to this machine cannot reach the server. If the option is given twice,
// both lists count. [Server.Handler] and [Server.Doer] serve every host.
func WithHosts(names ...string) Option {
	return optionFunc(func(c *config) error {
		if slices.Contains(names, "") {
			return errors.New("WithHosts: the name is empty")
		}
		for _, name := range names {
			c.hosts = append(c.hosts, hostName(name))
		}
		return nil
	})
}

// WithMiddleware wraps the handler of [Server.Listen], for example to log its requests. By default, and if wrap is nil,
// there is no middleware.
func WithMiddleware(wrap func(http.Handler) http.Handler) Option {
	return optionFunc(func(c *config) error {
		c.wrap = wrap
		return nil
	})
}

// WithQuotedScalars puts the numbers and booleans of responses in quotes, as samples in Meta's guide and reference do.
// By default they have the types of the reference's schema.
func WithQuotedScalars() Option {
	return optionFunc(func(c *config) error {
		c.quoted = true
		return nil
	})
}

// WithControl adds, below /_fake/, a JSON API with which tests in any language put and read groups, inject faults and
// read what arrived, and a page that does the same in a browser. /_fake/openapi.yaml describes the API. Requests to it
// are not listed by [Server.Requests]. Of the other requests it also keeps up to 1 MiB of the body and of the response.
// The default is off, because everyone who can reach the server can change its state.
func WithControl() Option {
	return optionFunc(func(c *config) error {
		c.control = true
		return nil
	})
}

// WithClock sets the clock for the Date header and the age of an appsecret_time. By default, and if now is nil, it is
// time.Now. The delays of faults do not use it; to make them virtual, run the test in a testing/synctest bubble.
func WithClock(now func() time.Time) Option {
	return optionFunc(func(c *config) error {
		if c.now = now; now == nil {
			c.now = time.Now
		}
		return nil
	})
}
