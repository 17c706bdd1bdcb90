package webhook

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

// String returns the field, the type, the request ID, the time and the outcome in one line, without the group ID and
// without texts of customers.
func (e Event) String() string {
	s := e.name()
	if id := e.shown(e.RequestID); id != "" {
		s += ", request " + id
	}
	if !e.Time.IsZero() {
		s += ", " + e.Time.Format(time.RFC3339)
	}
	return s + ": " + e.outcome()
}

// Format writes the same as String, whatever the verb.
func (e Event) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.String()) }

// LogValue returns the parts of String as attributes, and the Key.
func (e Event) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("field", e.shown(e.Field)),
		slog.String("type", e.shown(e.Type)),
		slog.String("request_id", e.shown(e.RequestID)),
		slog.Time("time", e.Time),
		slog.String("outcome", e.outcome()),
		slog.String("key", e.Key()),
	)
}

func (e *Event) outcome() string {
	if class := client.Class(e.Err()); class != "" {
		return string(class)
	}
	return "no failure"
}

// name is the type, or the field for lack of one.
func (e *Event) name() string {
	if name := e.shown(e.Type); name != "" {
		return name
	}
	if name := e.shown(e.Field); name != "" {
		return name
	}
	return "webhook"
}

var plainName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// shown keeps anything but a plain name that is not the group's out of what is printed.
func (e *Event) shown(s string) string {
	if !plainName.MatchString(s) || e.GroupID != "" && strings.Contains(s, e.GroupID) {
		return ""
	}
	return s
}

// plainEvent is an Event without its methods.
type plainEvent Event

type storedEvent struct {
	*plainEvent
	Problem string `json:"problem,omitempty"`
}

// MarshalJSON returns the whole event, including its group ID and texts.
func (e Event) MarshalJSON() ([]byte, error) {
	return json.Marshal(storedEvent{(*plainEvent)(&e), e.problem})
}

// UnmarshalJSON reads the output of MarshalJSON.
func (e *Event) UnmarshalJSON(b []byte) error {
	var read Event
	stored := storedEvent{plainEvent: (*plainEvent)(&read)}
	if err := json.Unmarshal(b, &stored); err != nil {
		return err
	}
	read.problem = stored.Problem
	*e = read
	return nil
}

// Key identifies the event: 64 hexadecimal digits that are the same for every delivery of one event, also if it comes
// together with other events, and different for every other event. WhatsApp sends an event again if it gets no 200 in
// time. This may happen days later, and to every app that is subscribed.
//
// To handle an event once, insert the key into your store in one atomic step, and handle the event only if the key was
// new. If you look first and insert afterwards, two deliveries at the same time both pass.
func (e *Event) Key() string {
	identity := struct {
		Event   plainEvent
		Content any
	}{Event: plainEvent(*e)}
	identity.Event.Raw = nil
	// The same content is written in many ways: order of keys, white space, escapes. That of an event that is this long
	// keeps its order: its decoded form could take a hundred times the memory.
	const sorted = 64 << 10
	decoder := json.NewDecoder(bytes.NewReader(e.Raw))
	decoder.UseNumber()
	switch {
	case len(e.Raw) > sorted && json.Valid(e.Raw):
		identity.Content = e.Raw
	case len(e.Raw) > sorted || decoder.Decode(&identity.Content) != nil:
		identity.Content = string(e.Raw)
	}
	// Texts, times and valid JSON can always be encoded.
	b, _ := json.Marshal(identity)
	digest := sha256.Sum256(b)
	return hex.EncodeToString(digest[:])
}
