package client

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/wagroups/wagroups-go/gen"
)

const (
	// DefaultAPIVersion is the Graph API version that the client asks for unless [WithAPIVersion] says otherwise. It
	// is the version of the contract, which is package api, and goes up with releases of this module.
	DefaultAPIVersion = string(gen.APIVersionDocumented)
	// DefaultBaseURL is the server that the client talks to unless [WithBaseURL] says otherwise:
	// "https://graph.facebook.com".
	DefaultBaseURL = gen.ServerURLGraph

	defaultAttemptTimeout = 30 * time.Second
	defaultTimeout        = 2 * time.Minute
)

// An Option changes how a [Client] works. When an option is given twice, the last one counts; a nil Option is ignored.
type Option interface {
	apply(*settings) error
}

type optionFunc func(*settings) error

func (f optionFunc) apply(s *settings) error { return f(s) }

// A Doer sends one HTTP request. An [*http.Client] is one; so is any wrapper that adds tracing or metrics. It has to be
// safe for concurrent use. See [WithHTTPClient].
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// A Limiter holds back requests. Wait blocks until one more request may be sent, and returns an error when it never
// may or when the context ends first. That ends the call, with [ErrNotSent] if nothing was sent before. It has to be
// safe for concurrent use. A *rate.Limiter of golang.org/x/time/rate is one. See [WithLimiter].
type Limiter interface {
	Wait(ctx context.Context) error
}

// settings is what options change; it does not change any more once New has returned.
type settings struct {
	baseURL        string
	version        string
	doer           Doer
	attemptTimeout time.Duration
	timeout        time.Duration
	retry          RetryPolicy
	limiter        Limiter
	appSecret      string
	product        string
	logger         *slog.Logger
	observer       func(context.Context, Attempt)
}

func defaultSettings() settings {
	return settings{
		baseURL:        DefaultBaseURL,
		version:        DefaultAPIVersion,
		attemptTimeout: defaultAttemptTimeout,
		timeout:        defaultTimeout,
		retry:          defaultRetryPolicy,
	}
}

// WithBaseURL sends requests to another server than [DefaultBaseURL], a fake one or a gateway: an https URL, or an http
// URL of a loopback address. A path in it stays in front of the API's own; user name, query and fragment are refused.
func WithBaseURL(baseURL string) Option {
	return optionFunc(func(s *settings) (err error) {
		s.baseURL, err = checkBaseURL(baseURL)
		return err
	})
}

// WithAPIVersion asks for another Graph API version than [DefaultAPIVersion], in the form "v23.0". Graph serves the
// next usable version when the one asked for has expired; [CallInfo.APIVersion] says which it was.
func WithAPIVersion(version string) Option {
	return optionFunc(func(s *settings) error {
		s.version = version
		return checkVersion(version)
	})
}

// WithHTTPClient sends requests through d: to add tracing, a proxy, other connection limits. The default, also for nil,
// is a [NewTransport] of the client's own. Redirects are not followed: the client uses a copy of an *http.Client, and
// refuses the answer when any other Doer has followed one.
//
// A Doer should not repeat requests: it cannot know which may be sent twice. net/http itself does so where it takes a
// request for unprocessed: on an idle connection that turns out to be closed, and over HTTP/2 after GOAWAY,
// REFUSED_STREAM and PROTOCOL_ERROR.
func WithHTTPClient(d Doer) Option {
	return optionFunc(func(s *settings) error {
		s.doer = d
		return nil
	})
}

// WithAttemptTimeout bounds each attempt, from dialing to the last byte of the answer; the wait for the limiter and the
// token source does not count. When the time is up the answer counts as lost, and the request as not sent if there was
// no connection yet; the error matches [context.DeadlineExceeded]. The default is 30 seconds; 0 leaves attempts to the
// bound of the whole call. A negative d is refused.
func WithAttemptTimeout(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		s.attemptTimeout = d
		return checkTimeout("WithAttemptTimeout", d)
	})
}

// WithTimeout bounds a whole call, retries and waiting included, when its context has no deadline. The default is 2
// minutes; 0 means no bound. A negative d is refused.
func WithTimeout(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		s.timeout = d
		return checkTimeout("WithTimeout", d)
	})
}

// WithRetryPolicy replaces the default of three attempts; see [RetryPolicy]. The zero policy turns retries off. A
// negative number, more than 100 attempts and a BaseDelay above MaxDelay are refused.
func WithRetryPolicy(p RetryPolicy) Option {
	return optionFunc(func(s *settings) (err error) {
		s.retry, err = p.withDefaults()
		return err
	})
}

// WithLimiter asks l before every attempt, retries included. The wait counts towards [WithTimeout], but not towards
// [WithAttemptTimeout]. The default, also for nil, is no limiter.
func WithLimiter(l Limiter) Option {
	return optionFunc(func(s *settings) error {
		s.limiter = l
		return nil
	})
}

// WithAppSecret adds appsecret_proof and appsecret_time to every request, computed anew for every attempt: Graph
// accepts a proof for five minutes. It wants them from apps with the setting "Require App Secret". The default is to
// send neither; an empty secret is refused.
//
// When Graph refuses the credentials and the Date of its answer shows that the clock of this machine is off by more
// than a minute, the call is repeated once by Graph's clock, if [RetryPolicy] leaves an attempt. The client keeps to
// that clock from then on.
func WithAppSecret(secret string) Option {
	return optionFunc(func(s *settings) error {
		if secret == "" {
			return argumentError("WithAppSecret", "must not be empty")
		}
		s.appSecret = secret
		return nil
	})
}

// WithUserAgent names the program that uses this package, in the form "allotment/1.2": letters, digits, '-' and '_', a
// slash, then digits, dots and '-', as Meta's OpenAPI document has it; at most 128 characters. The product follows
// this package's own name in the User-Agent header. The default is to name this package only.
func WithUserAgent(product string) Option {
	return optionFunc(func(s *settings) error {
		s.product = product
		return checkProduct(product)
	})
}

// WithLogger writes one record for each attempt, at level Info when it succeeded and Warn when it did not, with the
// attributes operation, method, status, duration, attempt (its number) and trace_id, and never anything else of a
// request or an answer. One warning follows when Graph serves another API version than the one asked for. The default,
// also for nil, is to log nothing.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(s *settings) error {
		s.logger = l
		return nil
	})
}

// WithObserver calls f after each attempt, with the context and in the goroutine of the call: f must not block, and has
// to be safe for concurrent use where calls are concurrent. A call that ends before it has tried to send anything, at
// the limiter for example, has no attempt. The default, also for nil, is no observer.
func WithObserver(f func(context.Context, Attempt)) Option {
	return optionFunc(func(s *settings) error {
		s.observer = f
		return nil
	})
}
