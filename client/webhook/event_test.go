package webhook_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/client/webhook"
)

// The first *Error can be reached, but its class is not that of the event.
func TestErrReachesTheFirstError(t *testing.T) {
	e := one(t, settings(`,"profile_picture":{"update_successful":true},"group_subject":{`+failures("131208", "2")+`},`+
		failures("1")))
	err := e.Err()
	clienttest.WantClass(t, err, client.ErrPartial)
	first, ok := errors.AsType[*webhook.Error](fmt.Errorf("wrapped: %w", err))
	if !ok || first.Code != 131208 {
		t.Fatalf("first error %v", first)
	}
	clienttest.WantClass(t, first, client.ErrRateLimited)
	clienttest.Equal(t, "text", err.Error(),
		"wagroups: group_settings_update: partially carried out: subject: t: m: d (code 131208)")
	clienttest.Equal(t, "text", first.Error(), "wagroups: webhook: rate limited: t: m: d (code 131208)")

	if _, ok := errors.AsType[*webhook.Error](one(t, settings(`,"group_subject":{"update_successful":false}`)).Err()); ok {
		t.Error("an *Error out of an event that has none")
	}
	lines := webhook.Error{Title: "same\nline", Message: "same\nline", Details: "a\x7fb"}
	clienttest.Equal(t, "text", lines.Error(), "wagroups: webhook: unknown failure: same line: a b")
}

// A queue keeps what an event says, what cannot be read included.
func TestEventSurvivesJSON(t *testing.T) {
	body := bodyOf(
		changeOf(webhook.FieldGroupSettings,
			settings(`,"group_subject":{"text":"<Caf\u00e9> & \ud83d\ude00","update_successful":false,`+failures("131208")+`},`+
				`"profile_picture":{"update_successful":true},`+failures("2")),
			settings(`,"group_subject":{"update_successful":"soon"}`), "7", "[ 1 , \"\xff\" ]", deletion(`, "errors" : [ ]`)),
		changeOf(webhook.FieldGroupLifecycle,
			`{"type":"group_create","group_id":"g","timestamp":1e3,"n":12345678901234567890}`),
		`{"field":"messages","value":{"b": 1, "a": "`+strings.Repeat(" ", 70_000)+`"}}`,
	)
	for _, e := range parse(t, body) {
		stored, err := json.Marshal([]*webhook.Event{e})
		if err != nil {
			t.Fatal(err)
		}
		var read []webhook.Event
		if err := json.Unmarshal(stored, &read); err != nil {
			t.Fatal(err)
		}
		again := &read[0]
		clienttest.Equal(t, "what it says", shown(again), shown(e))
		clienttest.Equal(t, "Err", fmt.Sprint(again.Err()), fmt.Sprint(e.Err()))
		clienttest.Equal(t, "Key", again.Key(), e.Key())
		clienttest.Equal(t, "Time", again.Time, e.Time)
	}
	e := webhook.Event{GroupID: "old", Settings: []webhook.SettingResult{{}}}
	if json.Unmarshal([]byte(`{"type":7}`), &e) == nil || e.GroupID != "old" {
		t.Error("an event that cannot be decoded")
	}
	if json.Unmarshal([]byte(`{"type":"t"}`), &e) != nil || e.GroupID != "" || e.Settings != nil {
		t.Error("something of an earlier event is left")
	}
}

func TestKey(t *testing.T) {
	text := func(members string) string {
		return bodyOf(changeOf(webhook.FieldGroupSettings, settings(`,"group_subject":{"text":`+members+`}`)))
	}
	base := text(`"Caf\u00e9 \/","update_successful":true`)
	key := func(body string) string { return parse(t, body)[0].Key() }
	for name, body := range map[string]string{
		"the same bytes": base,
		"other escapes":  text(`"Café /","update_successful":true`),
		"another order": strings.Replace(base, `"text":"Caf\u00e9 \/","update_successful":true`,
			`"update_successful":true,"text":"Café /"`, 1),
		"another batch":    strings.Replace(base, `"changes":[`, `"time":1760000009,"changes":[`, 1),
		"with others":      strings.Replace(base, `]}}]}]}`, `,`+deletion(``)+`]}}]}]}`, 1),
		"with white space": strings.ReplaceAll(base, `":`, `" : `),
	} {
		clienttest.Equal(t, "key with "+name, key(body), key(base))
	}
	keys := map[string]string{key(base): "base"}
	for name, body := range map[string]string{
		"another text":         text(`"Caf","update_successful":true`),
		"another outcome":      text(`"Caf\u00e9 \/","update_successful":false`),
		"another request":      strings.Replace(base, request, request+"0", 1),
		"another group":        strings.Replace(base, group, group+"0", 1),
		"another time":         strings.Replace(base, "1760000000", "1760000001", 1),
		"another account":      strings.Replace(base, `"id":"100"`, `"id":"101"`, 1),
		"another phone number": strings.Replace(base, `"phone_number_id":"200"`, `"phone_number_id":"201"`, 1),
		"another field":        strings.Replace(base, `"field":"group_settings_update"`, `"field":"x"`, 1),
		"a member of tomorrow": text(`"Caf\u00e9 \/","update_successful":true,"n":1.0`),
		"and another number":   text(`"Caf\u00e9 \/","update_successful":true,"n":1.5`),
		"unreadable":           bodyOf(changeOf(webhook.FieldGroupSettings, "1")),
		"unreadable too":       bodyOf(changeOf(webhook.FieldGroupSettings, "2")),
	} {
		if other := keys[key(body)]; other != "" {
			t.Errorf("%s and %s have the same key", name, other)
		}
		keys[key(body)] = name
	}
	broken := []webhook.Event{
		{}, {RequestID: "r"}, {Raw: json.RawMessage("{")}, {Raw: json.RawMessage(strings.Repeat("{", 70_000))},
	}
	for i := range broken {
		if other := keys[broken[i].Key()]; other != "" || len(broken[i].Key()) != 64 {
			t.Errorf("event %d: key %q, like %q", i, broken[i].Key(), other)
		}
		keys[broken[i].Key()] = "broken"
	}
}

// An event prints without its group and without what customers wrote, but with what is needed to find it.
func TestEventPrints(t *testing.T) {
	const written, photo = "what a customer wrote", "photo-hash-0123456789"
	e := one(t, strings.Replace(settings(`,"profile_picture":{"sha256":"`+photo+`"},"group_subject":{"text":"`+written+`",`+
		`"errors":[{"code":131208,"message":"in `+group+`"}]}`), request, "R-1", 1))
	secrets := []string{group, written, photo}
	for _, name := range []string{"request_id", "type"} {
		hostile := one(t, `{"type":"t","group_id":"`+group+`","`+name+`":"x`+group+`"}`)
		for _, problem := range clienttest.Leaks(secrets, withoutJSON{hostile}, hostile.Err()) {
			t.Error(problem)
		}
	}
	for _, problem := range clienttest.Leaks(secrets, withoutJSON{e}, withoutJSON{*e}, withoutJSON{[]*webhook.Event{e}},
		e.Err(), e.Settings[1].Errors[0]) {
		t.Error(problem)
	}
	want := "group_settings_update, request R-1, 2025-10-09T08:53:20Z: rate limited"
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		clienttest.Equal(t, verb, fmt.Sprintf(verb, e), want)
		clienttest.Equal(t, verb+" of a value", fmt.Sprintf(verb, *e), want)
	}
	clienttest.Equal(t, "no group event", fmt.Sprint(webhook.Event{Field: "messages"}), "messages: no failure")
	clienttest.Equal(t, "no event", fmt.Sprint(webhook.Event{Field: "a b"}), "webhook: no failure")
	clienttest.Equal(t, "nil", fmt.Sprint((*webhook.Event)(nil)), "<nil>")

	var record strings.Builder
	slog.New(slog.NewJSONHandler(&record, nil)).Info("", "event", e, "again", *e)
	logged := record.String()
	clienttest.WantNoSecret(t, "slog", logged, secrets...)
	for _, part := range []string{"R-1", "rate limited", e.Key()} {
		if !strings.Contains(logged, part) {
			t.Errorf("the log record %s lacks %s", logged, part)
		}
	}
}

// withoutJSON is a value that json.Marshal refuses: an event in JSON is whole.
type withoutJSON struct{ Value any }

func (v withoutJSON) MarshalJSON() ([]byte, error) { return nil, errors.ErrUnsupported }

// Lists in an event end somewhere.
func TestEventLimits(t *testing.T) {
	codes := slices.Repeat([]string{"1", "2"}, 100)
	if e := one(t, deletion(`,`+failures(codes...))); len(e.Errors) != 100 {
		t.Errorf("%d errors", len(e.Errors))
	}
	var many strings.Builder
	for i := range 101 {
		fmt.Fprintf(&many, `,"setting_%d":{"update_successful":true}`, i)
	}
	e := one(t, settings(many.String()))
	clienttest.WantClass(t, e.Err(), client.ErrMalformedResponse)
	clienttest.Equal(t, "settings", len(e.Settings), 100)
}
