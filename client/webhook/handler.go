package webhook

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/wagroups/wagroups-go/client"
)

// Config says how a [Handler] receives webhooks. It prints without its secrets.
type Config struct {
	// VerifyToken is the text of your own choice that stands in the App Dashboard beside the callback URL. WhatsApp sends
	// it when the URL is set, and never with an event.
	VerifyToken string
	// AppSecrets are the secrets of the apps whose webhooks come here, from App Dashboard › App settings › Basic. List
	// two for one app while its secret is replaced.
	AppSecrets []string
	// Receive gets every event once for each delivery, one after the other, and has to be safe for concurrent use:
	// deliveries come beside each other. An error or a panic makes the handler respond with 500, and WhatsApp delivers the
	// whole body again; the other events of the body are received all the same. So store the event and return: work can
	// follow, and [Event.Key] tells whether it was done. The context is that of the request.
	Receive func(context.Context, *Event) error
	// Logger gets one record for each request that is refused, cannot be read or fails; nil logs nothing. Records show
	// neither a part of a body nor a group ID nor the text of an error of Receive.
	Logger *slog.Logger
}

// String shows that it is a configuration and nothing of it.
func (Config) String() string { return "webhook.Config{[redacted]}" }

// Format writes the same as String, whatever the verb.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue is the same as String.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Handler is an [http.Handler] for the callback URL of webhooks. Create one with [NewHandler]; it is safe for
// concurrent use. Give its server a ReadTimeout: a handler waits for a body as long as the server lets it.
//
//   - GET makes the handshake: 200 and the challenge, or 403 and the part that is wrong.
//   - POST is 200 when every event was received, 500 when one was not, 403 for a missing or wrong signature, and 413
//     for a body of more than 4 MiB. A signed body that cannot be read is 200, and logged: it would come again for
//     days.
//   - Any other method is 405.
type Handler struct {
	config func() *Config // fmt, where it cannot call Format, shows the address of a function and nothing else
}

// NewHandler refuses, with a [*client.ArgumentError], an empty verify token, no app secret, one that is empty or holds
// white space or a byte order mark, and no Receive.
func NewHandler(c Config) (*Handler, error) {
	refuse := func(arg, reason string) (*Handler, error) {
		return nil, &client.ArgumentError{Arg: "Config." + arg, Reason: reason}
	}
	if c.VerifyToken == "" {
		return refuse("VerifyToken", "must not be empty: an empty one would match a request without one")
	}
	if len(c.AppSecrets) == 0 {
		return refuse("AppSecrets", "must not be empty: without one nothing can be verified")
	}
	for i, secret := range c.AppSecrets {
		if problem := secretProblem(secret); problem != "" {
			return refuse(fmt.Sprintf("AppSecrets[%d]", i), problem)
		}
	}
	if c.Receive == nil {
		return refuse("Receive", "must not be nil")
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	c.AppSecrets = append([]string(nil), c.AppSecrets...)
	return &Handler{func() *Config { return &c }}, nil
}

// String shows that it is a handler and nothing of its configuration.
func (Handler) String() string { return "webhook.Handler{[redacted]}" }

// Format writes the same as String, whatever the verb.
func (h Handler) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, h.String()) }

// LogValue is the same as String.
func (h Handler) LogValue() slog.Value { return slog.StringValue(h.String()) }

// ServeHTTP receives a webhook, or makes the handshake.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		h.handshake(w, r)
	case http.MethodPost:
		h.deliver(w, r)
	default:
		w.Header().Set("Allow", "GET, POST")
		http.Error(w, "webhook: method not allowed", http.StatusMethodNotAllowed)
	}
}

func (h *Handler) deliver(w http.ResponseWriter, r *http.Request) {
	if r.Body != nil {
		// Closes the connection of a body that is too long.
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	}
	events, err := ParseRequest(r, h.config().AppSecrets...)
	_, tooLong := errors.AsType[*http.MaxBytesError](err)
	switch {
	case err == nil:
	case errors.Is(err, ErrNotSigned), errors.Is(err, ErrBadSignature):
		h.refuse(w, r, http.StatusForbidden, err.Error())
		return
	case tooLong:
		h.refuse(w, r, http.StatusRequestEntityTooLarge, "the body is longer than 4 MiB")
		return
	case errors.Is(err, client.ErrMalformedResponse):
		h.config().Logger.WarnContext(r.Context(), "webhook acknowledged unread", "reason", err.Error())
		return
	default:
		h.refuse(w, r, http.StatusInternalServerError, "the body did not come whole")
		return
	}
	complete := true
	for _, event := range events {
		if err := r.Context().Err(); err != nil {
			h.refuse(w, r, http.StatusInternalServerError, err.Error())
			return
		}
		complete = h.receive(r.Context(), event) && complete
	}
	if !complete {
		http.Error(w, "webhook: not received", http.StatusInternalServerError)
	}
}

func (h *Handler) refuse(w http.ResponseWriter, r *http.Request, status int, reason string) {
	h.config().Logger.WarnContext(r.Context(), "webhook refused", "status", status, "reason", reason)
	http.Error(w, reason, status)
}

// receive gives an event to its receiver. What that returns or panics with may hold anything, so only its type is
// logged.
func (h *Handler) receive(ctx context.Context, event *Event) (received bool) {
	fail := func(attrs ...any) {
		h.config().Logger.ErrorContext(ctx, "webhook event not received", append([]any{"event", event}, attrs...)...)
	}
	defer func() {
		if v := recover(); v != nil {
			fail("panic", fmt.Sprintf("%T", v), "stack", string(debug.Stack()))
			received = false
		}
	}()
	if err := h.config().Receive(ctx, event); err != nil {
		fail("error", fmt.Sprintf("%T", err))
		return false
	}
	return true
}
