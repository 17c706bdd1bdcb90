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

// Config configures a [Handler]. It prints without its secrets.
type Config struct {
	// VerifyToken is the text that you chose and entered in the App Dashboard with the callback URL. WhatsApp sends it
	// in the handshake, when the URL is set, and never with an event. It is required.
	VerifyToken string
	// AppSecrets are the secrets of the apps whose webhooks come here, from App Dashboard › App settings › Basic. At
	// least one is required. While you replace a secret, list the old and the new one.
	AppSecrets []string
	// Receive is called with every event, once for each delivery. The events of one delivery come one after the other;
	// deliveries come at the same time, so Receive must be safe for concurrent use. The context is the request's. If
	// Receive returns an error or panics, the handler still passes on the other events, then responds with 500, and
	// WhatsApp sends the whole delivery again. So store the event and return; do the work later, and use [Event.Key] to
	// find out whether it was done. Receive is required.
	Receive func(context.Context, *Event) error
	// Logger gets one record for each request that is refused, cannot be read or fails. nil logs nothing. Records
	// contain no part of a body, no group ID and no text of an error of Receive.
	Logger *slog.Logger
}

// String returns the name of the type, without any field.
func (Config) String() string { return "webhook.Config{[redacted]}" }

// Format writes the same as String, whatever the verb.
func (c Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// LogValue returns the same as String.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// Handler is an http.Handler for the callback URL of webhooks. Create it with [NewHandler]; it is safe for concurrent
// use. Set the ReadTimeout of its http.Server, because the handler waits for a body as long as the server allows.
//
//   - GET is the handshake. The response is 200 and the challenge, or 403 and the part of the request that is wrong.
//   - POST is a delivery. The response is 200 if every event was received, 500 if not, 403 if the signature is missing
//     or wrong, and 413 if the body is longer than 4 MiB. A signed body that cannot be read is logged and also gets
//     200, because WhatsApp would otherwise send it again for days.
//   - Any other method gets 405.
type Handler struct {
	config func() *Config // fmt, where it cannot call Format, shows the address of a function and nothing else
}

// NewHandler creates a handler. It refuses, with a [*client.ArgumentError], an empty verify token, a missing or empty
// app secret, one that contains white space or a byte order mark, and a nil Receive.
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

// String returns the name of the type, without its configuration.
func (Handler) String() string { return "webhook.Handler{[redacted]}" }

// Format writes the same as String, whatever the verb.
func (h Handler) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, h.String()) }

// LogValue returns the same as String.
func (h Handler) LogValue() slog.Value { return slog.StringValue(h.String()) }

// ServeHTTP handles one delivery or handshake.
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
		h.config().Logger.WarnContext(r.Context(), "webhook cannot be read, acknowledged", "reason", err.Error())
		return
	default:
		h.refuse(w, r, http.StatusInternalServerError, "the body is incomplete")
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
