package webhook_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/client/webhook"
)

func TestMain(m *testing.M) { clienttest.Main(m) }

const (
	group    = "Y2FwaV9ncm91cDoxOTk5NTU1MDEwMDoxMjAzNjMwMDAwMDAwMDAwMDEZD"
	request  = "0F1E2D3C4B5A69788796A5B4C3D2E1F0"
	requests = `"request_id":"` + request + `"`
	// head begins an element of groups; the type and what else there is follow.
	head   = `{"timestamp":"1760000000","group_id":"` + group + `",` + requests
	secret = "app-secret-for-tests"
)

// settings and lifecycle are an element with further members.
func settings(members string) string { return head + `,"type":"group_settings_update"` + members + `}` }
func deletion(members string) string { return head + `,"type":"group_delete"` + members + `}` }

// failures is a list of errors with the codes.
func failures(codes ...string) string {
	var list []string
	for _, code := range codes {
		list = append(list, `{"code":`+code+`,"message":"m","title":"t","error_data":{"details":"d"}}`)
	}
	return `"errors":[` + strings.Join(list, ",") + `]`
}

// changeOf is a change of a field with elements of groups.
func changeOf(field string, elements ...string) string {
	return `{"field":"` + field + `","value":{"messaging_product":"whatsapp","metadata":` +
		`{"display_phone_number":"19995550100","phone_number_id":"200"},"groups":[` + strings.Join(elements, ",") + `]}}`
}

// bodyOf is a delivery of one account.
func bodyOf(changes ...string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"100","changes":[` + strings.Join(changes, ",") + `]}]}`
}

// parse returns the events of a body, which has to be readable.
func parse(tb testing.TB, body string) []*webhook.Event {
	tb.Helper()
	events, err := webhook.Parse([]byte(body))
	if err != nil {
		tb.Fatal(err)
	}
	return events
}

// one returns the event of an element under the field of settings.
func one(tb testing.TB, element string) *webhook.Event {
	tb.Helper()
	events := parse(tb, bodyOf(changeOf(webhook.FieldGroupSettings, element)))
	if len(events) != 1 {
		tb.Fatalf("%d events, want 1", len(events))
	}
	return events[0]
}

// shown writes what an event says, "TYPE: SETTING STATUS CODES…; CODES… = CLASS", to be compared with a table.
func shown(e *webhook.Event) string {
	s := e.Type
	if s == "" {
		s = e.Field
	}
	codes := func(list []*webhook.Error) (s string) {
		for _, err := range list {
			s += fmt.Sprintf(" %d", err.Code)
		}
		return s
	}
	for _, r := range e.Settings {
		s += fmt.Sprintf("; %s %s%s", r.Setting, r.Status, codes(r.Errors))
	}
	if len(e.Errors) > 0 {
		s += ";" + codes(e.Errors)
	}
	if err := e.Err(); err != nil {
		s += " = " + clienttest.ClassesOf(err)
	}
	return s
}
