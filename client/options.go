package client

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/wagroups/wagroups-go/gen"
)

const (
	// DefaultAPIVersion is the Graph API version that the client asks for, unless [WithAPIVersion] sets another one. A
	// new release of this module may raise it.
	DefaultAPIVersion = string(gen.APIVersionDocumented)
	// DefaultBaseURL is the server that the client uses, unless [WithBaseURL] sets another one:
	// "https://graph.facebook.com".
	DefaultBaseURL = gen.ServerURLGraph

	defaultAttemptTimeout = 30 * time.Second
	defaultTimeout        = 2 * time.Minute
	defaultMaxPause       = time.Hour
)

// An Option configures a [Client]. If an option is given twice, the last one wins. A nil Option is ignored.
type Option interface {
	apply(*settings) error
}

type optionFunc func(*settings) error

func (f optionFunc) apply(s *settings) error { return f(s) }

// A Doer sends one HTTP request. An [*http.Client] is a Doer, and so is a wrapper that adds tracing or metrics. It must
// be safe for concurrent use, and Do must return when the request's context ends: a Doer that ignores it can block a
// call. See [WithHTTPClient].
type Doer interface {
	Do(*http.Request) (*http.Response, error)
}

// A Limiter limits the rate of requests. A *rate.Limiter of golang.org/x/time/rate is a Limiter. See [WithLimiter].
//
// Wait blocks until one more request may be sent. It returns an error if that can never happen, or if the context,
// which is the call's, ends first. The error ends the call; it matches [ErrNotSent] if the call has sent nothing yet,
// and [context.DeadlineExceeded] only if the limiter's own error does. Wait must be safe for concurrent use. A Limiter
// that ignores its context can block a call.
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

// WithBaseURL sends requests to another server than [DefaultBaseURL], such as a fake server or a gateway. The URL must
// be https, or http with a loopback address. A path in it is put before the API's path. A user name, a query, a
// fragment, an API version in the path, and a port outside 1 to 65535 are refused.
func WithBaseURL(baseURL string) Option {
	return optionFunc(func(s *settings) (err error) {
		s.baseURL, err = checkBaseURL(baseURL)
		return err
	})
}

// WithAPIVersion asks for another Graph API version than [DefaultAPIVersion], in the form "v23.0". If that version has
// expired, Graph uses the next one that has not; [CallInfo.APIVersion] reports which one it used.
func WithAPIVersion(version string) Option {
	return optionFunc(func(s *settings) error {
		s.version = version
		return checkVersion(version)
	})
}

// WithHTTPClient sends requests with d, for example to add tracing, a proxy, or other connection limits. By default,
// and if d is nil, all clients of a program share one [NewTransport]. A nil *http.Client, or another nil pointer, is
// refused.
//
// Redirects are not followed. The client copies an *http.Client to switch them off. A call fails if any other Doer has
// followed a redirect, which the client recognizes by the response's Request; if a Doer both follows redirects and sets
// another Request, the client cannot recognize it and trusts the response. If the Timeout of an *http.Client is shorter
// than [WithAttemptTimeout], it applies instead.
//
// A Doer should not send a request twice, because it cannot know whether that is safe. net/http itself does so if it
// assumes that the server has not processed the request: on an idle connection to which it could write nothing, over
// HTTP/2 after GOAWAY and REFUSED_STREAM, and with Go 1.26 also after PROTOCOL_ERROR. The client takes this into
// account; see Outcomes in the package documentation. If a Doer does not pass on the request's context, the client
// notices only that the body was read twice.
//
// When a server sends a response that was not requested, net/http writes the request's URL, and thus the group ID, to
// the standard logger of package log. If your logs must not contain it, redirect or discard that logger's output.
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

// WithAttemptTimeout limits each attempt, from the request to the last byte of the response. Waiting for a pause, the
// limiter or the token source is not included. When the time is over, the response counts as lost, or the request as
// not sent if no connection can have received all of it; the error matches [context.DeadlineExceeded]. The default is
// 30 seconds. With 0 only the limit of the whole call applies. A negative d is refused.
func WithAttemptTimeout(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		s.attemptTimeout = d
		return checkDuration("WithAttemptTimeout", d)
	})
}

// WithTimeout limits a whole call, including retries and waiting, if its context has no deadline. The default is 2
// minutes; 0 means no limit. A negative d is refused.
func WithTimeout(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		s.timeout = d
		return checkDuration("WithTimeout", d)
	})
}

// WithRetryPolicy replaces the default of three attempts; see [RetryPolicy]. The zero policy switches retries off. A
// negative number, more than 100 attempts, and a BaseDelay above MaxDelay are refused.
func WithRetryPolicy(p RetryPolicy) Option {
	return optionFunc(func(s *settings) (err error) {
		s.retry, err = p.withDefaults()
		return err
	})
}

// WithMaxPause limits how long calls are held back after one was throttled. The default is 1 hour. With 0 no call is
// held back. A negative d is refused.
//
// A pause starts when a throttled response says how long to wait: in Retry-After, or in estimated_time_to_regain_access
// of a WhatsApp entry of X-Business-Use-Case-Usage. With the codes that last hours (131048, 131064 and 133016) and no
// such value, a pause takes 15 minutes. Codes about the app (4 and 341) pause the client and all clients that share its
// settings through [Client.WithTokenSource]. Every other code, and status 429 without a code, pauses only the token
// that was throttled. A client remembers the pauses of 10,000 tokens.
//
// A call during a pause waits, once, if its [RetryPolicy] allows retries and the pause ends within MaxDelay and before
// the call's deadline. After the pause it waits for another random time, of at most a second and at most the length of
// the pause. Any other call fails with [ErrRateLimited] without sending a request, and [Error.RetryAfter] is the rest
// of the pause. After d the next call is sent, even if the server asked for a longer wait.
func WithMaxPause(d time.Duration) Option {
	return optionFunc(func(s *settings) error {
		s.maxPause = d
		return checkDuration("WithMaxPause", d)
	})
}

// WithLimiter calls l.Wait before every attempt, retries included. The wait counts towards [WithTimeout], but not
// towards [WithAttemptTimeout]. By default, and if l is nil, there is no limiter. A nil pointer is refused.
func WithLimiter(l Limiter) Option {
	return optionFunc(func(s *settings) error {
		if l != nil && isNil(l) {
			return argumentError("WithLimiter", "must not be a nil pointer")
		}
		s.limiter = l
		return nil
	})
}

// WithAppSecret adds appsecret_proof and appsecret_time to every request. Graph requires them from apps with the
// setting "Require App Secret". They are computed for every attempt, because Graph accepts a proof for five minutes
// only. The default is to send neither. The secret must be printable ASCII without spaces and quotes, and not empty.
//
// If Graph refuses the credentials, and the Date of its response shows that the local clock is wrong by more than a
// minute, the call is retried once with Graph's time, if [RetryPolicy] has an attempt left. The client uses the
// corrected time from then on.
func WithAppSecret(secret string) Option {
	return optionFunc(func(s *settings) error {
		s.appSecret = secret
		return checkSecret("WithAppSecret", secret)
	})
}

// WithUserAgent names the program that uses this package, in the form "allotment/1.2": letters, digits, '-' and '_', a
// slash, then digits, dots and '-', as in Meta's OpenAPI document, at most 128 characters. It follows the name of this
// package in the User-Agent header. The default is the name of this package alone.
func WithUserAgent(product string) Option {
	return optionFunc(func(s *settings) error {
		s.product = product
		return checkProduct(product)
	})
}

// WithLogger writes one record for each attempt: at level Info if it succeeded, at level Warn if it failed. The
// attributes are operation, method, status, class, code, duration, attempt (its number; 0 for a call that was held back
// by a pause) and trace_id. Nothing else of a request or response is logged. If Graph serves another API version than
// the requested one, the client warns about that once. By default, and if l is nil, nothing is logged.
func WithLogger(l *slog.Logger) Option {
	return optionFunc(func(s *settings) error {
		s.logger = l
		return nil
	})
}

// WithObserver calls f after each attempt, and when a call is held back by a pause. f runs in the goroutine of the call
// and with its context, so it must not block, and it must be safe for concurrent use if calls are concurrent. f is not
// called if a call ends before its first attempt for another reason, such as an error of the limiter. By default, and
// if f is nil, there is no observer.
func WithObserver(f func(context.Context, Attempt)) Option {
	return optionFunc(func(s *settings) error {
		s.observer = f
		return nil
	})
}
