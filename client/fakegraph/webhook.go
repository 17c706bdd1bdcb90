package fakegraph

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/wagroups/wagroups-go/gen"
)

// Webhook says when changes are applied and where their outcome is reported. It prints without its secrets.
type Webhook struct {
	// URL is where deliveries are sent, http or https. Redirects are not followed.
	URL string `json:"url"`
	// Handler receives the deliveries instead, over a connection in memory. This works in a testing/synctest bubble.
	Handler http.Handler `json:"-"`
	// AppSecret is the key of the signatures. It is required with URL or Handler.
	AppSecret string `json:"-"`
	// VerifyToken makes the server verify the receiver as WhatsApp does: before the first delivery it sends a GET with
	// hub.mode, hub.verify_token and hub.challenge. There are no deliveries until the response is the challenge with
	// status 200; the GET is retried like a delivery. If VerifyToken is empty, there is no such GET.
	VerifyToken string `json:"-"`
	// Delay is the time between the acceptance of a change and its application. With 0 a change is applied before its
	// response is sent.
	Delay time.Duration `json:"delay"`
	// WithoutFlags omits update_successful, as Meta's OpenAPI document does.
	WithoutFlags bool `json:"without_flags"`
}

// Format prints a webhook without its fields, whatever the verb.
func (Webhook) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "fakegraph.Webhook") }

// WithWebhook makes the server report the outcome of each accepted change in a signed POST that follows the contract.
// Without URL and Handler nothing is sent, and only Delay has an effect. By default changes are applied at once and not
// reported.
//
// A delivery is done when its response has status 200 within 10 seconds. Otherwise the server sends the same bytes
// again: at once, then after another 1, 2, 4, 8, 16 and 32 seconds, and then no more. (WhatsApp continues for days.)
// Deliveries run concurrently and arrive in any order. [WebhookFault] makes them go wrong, [Server.Deliveries] lists
// them, and [Server.Close] stops them.
func WithWebhook(w Webhook) Option {
	return optionFunc(func(c *config) error {
		target, err := url.Parse(w.URL)
		for _, rule := range []struct {
			broken bool
			text   string
		}{
			{w.URL != "" && w.Handler != nil, "URL and Handler: only one can be the receiver"},
			{err != nil || w.URL != "" && (target.Scheme != "http" && target.Scheme != "https" || target.Host == ""),
				"URL: must be an http or https URL with a host"},
			{w.receives() && w.AppSecret == "", "AppSecret: must not be empty"},
			{!w.receives() && (w.AppSecret != "" || w.VerifyToken != ""), "URL or Handler: missing"},
			{w.Delay < 0, "Delay: must not be negative"},
		} {
			if rule.broken {
				return errors.New("WithWebhook: " + rule.text)
			}
		}
		c.webhook = func() Webhook { return w }
		return nil
	})
}

func (w Webhook) receives() bool { return w.URL != "" || w.Handler != nil }

const ( // the settings of WebhookFault.RefuseSettings
	settingSubject     = "subject"
	settingDescription = "description"
	settingPhoto       = "photo"
)

// A WebhookFault makes a change fail after it was accepted, or its delivery go wrong. The fields can be combined; the
// zero WebhookFault changes nothing. All fields except RefuseCode and RefuseSettings need a server with a receiver.
type WebhookFault struct {
	// RefuseCode makes the accepted change fail. The delivery reports this code.
	RefuseCode int
	// RefuseSettings limits RefuseCode to these settings: "subject", "description" and "photo". The others are applied.
	// An empty list means all.
	RefuseSettings []string

	// Before delivers the webhook before the response to the request, and applies the change at once. The response
	// waits for the first attempt.
	Before bool
	// Twice delivers the webhook again after it was delivered.
	Twice bool
	// Never sends no webhook.
	Never bool
	// Late is the time between the application of the change and its webhook.
	Late time.Duration
	// Batched holds the event back and sends it in one body with the next event that is not batched.
	Batched bool
	// WrongSignature signs with the secret of another app. Such a delivery is not sent again.
	WrongSignature bool
}

// isZero tells whether there is no fault.
func (f WebhookFault) isZero() bool {
	return f.RefuseCode == 0 && len(f.RefuseSettings) == 0 && !f.delivers()
}

// delivers tells whether the fault is about the delivery.
func (f WebhookFault) delivers() bool {
	return f.Before || f.Twice || f.Never || f.Late != 0 || f.Batched || f.WrongSignature
}

// checkWebhookFault returns why the webhook part of a fault can never happen.
func (s *Server) checkWebhookFault(f Fault) error {
	w := f.Webhook
	lost := (f.answers() || f.DropBefore || f.Stall) && !f.Executed
	for _, rule := range []struct {
		broken bool
		text   string
	}{
		{!w.isZero() && f.Op == GetGroup, "a GetGroup changes nothing"},
		{!w.isZero() && lost, "the change is not carried out without Executed"},
		{w.delivers() && !s.config.webhook().receives(), "the server has no receiver, see WithWebhook"},
		{w.RefuseCode < 0, "RefuseCode must not be negative"},
		{len(w.RefuseSettings) > 0 && w.RefuseCode == 0, "RefuseSettings need a RefuseCode"},
		{len(w.RefuseSettings) > 0 && f.Op == DeleteGroup, "a DeleteGroup has no settings"},
		{slices.ContainsFunc(w.RefuseSettings, func(name string) bool {
			return name != settingSubject && name != settingDescription && name != settingPhoto
		}), "RefuseSettings may contain subject, description and photo"},
		{w.Late < 0, "Late must not be negative"},
		{w.Never && (w.Before || w.Twice || w.Late != 0 || w.Batched || w.WrongSignature),
			"with Never there is no delivery to change"},
		{w.Before && (w.Late != 0 || w.Batched), "Before excludes Late and Batched"},
		{w.Batched && (w.Twice || w.WrongSignature), "Batched excludes Twice and WrongSignature"},
	} {
		if rule.broken {
			return errors.New("Webhook: " + rule.text)
		}
	}
	return nil
}

// compose makes the body for some events. Those of one field that follow each other share a change.
func (s *Server) compose(events []*event) ([]byte, error) {
	var changes []gen.WebhookChange
	for len(events) > 0 {
		n := 1
		for n < len(events) && events[n].field == events[0].field {
			n++
		}
		value := gen.WebhookValue{
			MessagingProduct: product,
			Metadata:         gen.WebhookMetadata{DisplayPhoneNumber: "15550100011", PhoneNumberID: "600700800900100"},
		}
		for _, e := range events[:n] {
			value.Groups = append(value.Groups, e.element)
		}
		changes = append(changes, gen.WebhookChange{Field: events[0].field, Value: plainJSON(value)})
		events = events[n:]
	}
	body := escape(plainJSON(gen.WebhookDelivery{
		Object: "whatsapp_business_account",
		Entry:  []gen.WebhookEntry{{ID: "100200300400500", Changes: changes}},
	}))
	var decoded any
	if err := json.Unmarshal(body, &decoded); err != nil {
		return nil, err
	}
	return body, s.contract.checkValue(s.contract.delivery, bodyName, decoded)
}

// plainJSON is [mustMarshal] without Go's own escapes.
func plainJSON(v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// escape writes JSON as WhatsApp sends it: in ASCII, slashes escaped.
func escape(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		text = text[n:]
		switch high, low := utf16.EncodeRune(r); {
		case r == '/':
			out = append(out, `\/`...)
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
		case r < 0x10000:
			out = fmt.Appendf(out, `\u%04x`, r)
		default:
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		}
	}
	return out
}

// sign makes the X-Hub-Signature-256 of a body. It shares no code with the package that verifies.
func sign(body []byte, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
