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
	defaultMaxPause       = time.Hour
)

// An Option changes how a [Client] works. When an option is given twice, the last one counts; a nil Option is ignored.
type Option interface {
	apply(*settings) error
}

type optionFunc func(*settings) error

func (f optionFunc) apply(s *settings) error { return f(s) }

// A Doer sends one HTTP request. An [*http.Client] is one; so is any wrapper that adds tracing or metrics. It must be
// safe for concurrent use, and its Do must end with the request's context. See [WithHTTPClient].
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// A Limiter holds requests back. Wait blocks until one more request may be sent, and returns an error when it never may
// or when the context, which is the call's, ends first. The error ends the call, with [ErrNotSent] if nothing was sent
// before; it matches [context.DeadlineExceeded] only if the limiter's own error does. A Limiter must be safe for
// concurrent use; one that ignores its context can hold a call up. A *rate.Limiter of golang.org/x/time/rate is one.
// See [WithLimiter].
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
	maxPause       time.Duration
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
		maxPause:       defaultMaxPause,
	}
}

// WithBaseURL sends requests to another server than [DefaultBaseURL], a fake one or a gateway: an https URL, or an http
// URL of a loopback address. A path in it stays in front of the API's own. A user name, a query, a fragment, an API
// version in the path, and a port outside 1 to 65535 are refused.
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
// is one [NewTransport] that all clients of a program share; a nil *http.Client or another nil pointer is refused.
//
// Redirects are not followed: the client uses a copy of an *http.Client, and refuses the response when any other Doer
// has followed one. A Doer that follows redirects and gives the response another Request cannot be told from one that
// clones requests, so its response is believed.
//
// A Doer should not send a request twice: it cannot know which may be. net/http does so where it takes a request for
// unprocessed: on an idle connection to which it could write nothing, and over HTTP/2 after GOAWAY and REFUSED_STREAM,
// with Go 1.26 also after PROTOCOL_ERROR. The client notices: see the table in the package documentation. Of a Doer
// that does not pass the request's context on, it notices only that a body was read twice.
//
// net/http writes to the standard logger of package log when a server sends a response that was not asked for, with the
// URL, and so the group ID, in it. A program that must not log those redirects or discards that logger's output.
func WithHTTPClient(d Doer) Option {
	return optionFunc(func(s *settings) error {
		if d != nil && isNil(d) {
			return argumentError("WithHTTPClient", "must not be a nil pointer")
		}
		if c, ok := d.(*http.Client); ok && c.Transport != nil && isNil(c.Transport) {
			return argumentError("WithHTTPClient", "must not have a nil pointer as its Transport")
		}
		s.doer = d
		return nil
	})
}

// WithAttemptTimeout bounds each attempt, from the request to the last byte of the response; the wait for a pause, the
// limiter and the token source does not count. When the time is up the response counts as lost, and the request as not
// sent if no connection can have it whole; the error matches [context.DeadlineExceeded]. The default is 30 seconds; 0
// leaves attempts to the bound of the whole call. A negative d is refused.
func WithAttemptTimeout(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		s.attemptTimeout = d
		return checkDuration("WithAttemptTimeout", d)
	})
}

// WithTimeout bounds a whole call, retries and waiting included, when its context has no deadline. The default is 2
// minutes; 0 means no bound. A negative d is refused.
func WithTimeout(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		s.timeout = d
		return checkDuration("WithTimeout", d)
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

// WithMaxPause bounds how long calls are held back after one was throttled. The default is 1 hour; 0 holds no call
// back. A negative d is refused.
//
// A throttled response that says for how long begins a pause: in Retry-After, or in the regain-access minutes of a
// WhatsApp entry of X-Business-Use-Case-Usage. The codes that last hours (131048, 131064, 133016) begin one of 15
// minutes if the response does not say. Codes about the app (4 and 341) pause the client and those made from it; any
// other code, and a status 429 without a code, pauses the token that met it. A client keeps the pauses of 10,000
// tokens.
//
// During a pause a call whose [RetryPolicy] allows retries waits, once, if the pause ends within MaxDelay and before
// the call's deadline; up to a second of jitter follows, and never more than the pause. Any other call fails with
// [ErrRateLimited] without touching the network, and [Error.RetryAfter] says what is left. When d is over the next call
// asks the server again, however long it wanted to be left alone.
func WithMaxPause(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		s.maxPause = d
		return checkDuration("WithMaxPause", d)
	})
}

// WithLimiter asks l before every attempt, retries included. The wait counts towards [WithTimeout], but not towards
// [WithAttemptTimeout]. The default, also for nil, is no limiter; a nil pointer is refused.
func WithLimiter(l Limiter) Option {
	return optionFunc(func(s *settings) error {
		if l != nil && isNil(l) {
			return argumentError("WithLimiter", "must not be a nil pointer")
		}
		s.limiter = l
		return nil
	})
}

// WithAppSecret adds appsecret_proof and appsecret_time to every request, computed for every attempt: Graph accepts a
// proof for five minutes. It wants them from apps with the setting "Require App Secret". The default is to send
// neither. A secret that is empty, or not printable ASCII without spaces and quotes, is refused.
//
// When Graph refuses the credentials and the Date of its response shows that the clock by which the proof was made is
// off by more than a minute, the call is retried once by Graph's clock, if [RetryPolicy] leaves an attempt. The client
// keeps to that clock from then on.
func WithAppSecret(secret string) Option {
	return optionFunc(func(s *settings) error {
		s.appSecret = secret
		return checkSecret("WithAppSecret", secret)
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
// attributes operation, method, status, class, code, duration, attempt (its number, 0 for a call that was held back by
// a pause) and trace_id, and never anything else of a request or a response. One warning follows when Graph serves
// another API version than the one asked for. The default, also for nil, is to log nothing.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(s *settings) error {
		s.logger = l
		return nil
	})
}

// WithObserver calls f after each attempt, and when a call is held back by a pause, with the context and in the
// goroutine of the call: f must not block, and must be safe for concurrent use where calls are concurrent. A call that
// ends before it has tried to send anything for another reason, at the limiter for example, has no attempt. The
// default, also for nil, is no observer.
func WithObserver(f func(context.Context, Attempt)) Option {
	return optionFunc(func(s *settings) error {
		s.observer = f
		return nil
	})
}
