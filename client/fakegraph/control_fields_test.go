package fakegraph

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

// Every field of a fault and of a group means the same from Go and from outside.
func TestControlFields(t *testing.T) {
	s := newServer(t, WithControl(), WithWebhook(Webhook{Handler: http.NotFoundHandler(), AppSecret: "any-secret-at-all"}))
	document := documentOfControl(t)
	var fill func(reflect.Value)
	fill = func(v reflect.Value) {
		switch target := v.Addr().Interface().(type) {
		case *time.Duration:
			*target = 1500 * time.Millisecond
		case *time.Time:
			*target = time.Unix(1735689600, 0).UTC()
		case *string:
			*target = "text"
		case *bool:
			*target = true
		case *int:
			*target = 7
		case *int64:
			*target = 7
		case *[]Participant:
			*target = []Participant{{"a", "b", "c", "d"}}
		case *http.Header:
			*target = http.Header{"X-Test": {"a", "b"}, "Date": {}}
		case *[]string:
			*target = []string{settingSubject}
		case *WebhookFault:
			for _, inner := range v.Fields() {
				fill(inner)
			}
		default:
			t.Fatalf("no value for a %s", v.Type())
		}
	}
	// A fault cannot have all fields at once, so each is sent alone, the converted ones together.
	var all Fault
	for _, field := range reflect.ValueOf(&all).Elem().Fields() {
		fill(field)
	}
	var sent wire.Fault
	mustConvert(&sent, all)
	text, err := json.Marshal(sent)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	if n := reflect.TypeFor[Fault]().NumField(); len(fields) != n {
		t.Errorf("%d fields are sent, a fault has %d", len(fields), n)
	}
	var read wire.Fault
	if err := json.Unmarshal(text, &read); err != nil {
		t.Fatal(err)
	}
	var back Fault
	if err := convert(&back, read); err != nil || !reflect.DeepEqual(back, all) {
		t.Errorf("%v\n%+v\nwant\n%+v", err, back, all)
	}
	var group, again Group
	for _, field := range reflect.ValueOf(&group).Elem().Fields() {
		fill(field)
	}
	if err := convert(&again, wireGroup(group)); err != nil || !reflect.DeepEqual(again, group) {
		t.Errorf("%v\n%+v\nwant\n%+v", err, again, group)
	}
	for name, value := range fields {
		body := fmt.Sprintf(`{"%s":%s}`, name, value)
		switch name {
		case "op":
			body = `{"op":"DeleteGroup"}`
		case "status":
			body = `{"status":418}`
		case "webhook": // its parts rule each other out
			body = `{"webhook":{"refuse_code":7,"refuse_settings":["subject"],"twice":true,"late":"1.5s","wrong_signature":true}}`
		}
		if a := outside(t, s, document, "POST", "/faults", body); a.status != http.StatusOK {
			t.Errorf("%s: %s", body, a.body)
			continue
		}
		var want wire.Fault
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatal(err)
		}
		var fromGo Fault
		if err := convert(&fromGo, want); err != nil {
			t.Fatal(err)
		}
		failNext(t, s, fromGo)
		if queue := s.faults[len(s.faults)-2:]; !reflect.DeepEqual(queue[0].Fault, queue[1].Fault) {
			t.Errorf("%s: %+v\nfrom Go %+v", body, queue[0], queue[1])
		}
	}
}
