package gates

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/gen"
)

// unreachable lists the generated fields that no public field shows, each with the reason.
var unreachable = map[string]string{
	"GroupInfo.messaging_product":      "always whatsapp: this module knows no other product",
	"Acceptance.messaging_product":     "always whatsapp",
	"GraphErrorData.messaging_product": "always whatsapp",

	"WebhookEntry.time":                        "of the delivery, not of an event",
	"WebhookValue.messaging_product":           "always whatsapp",
	"WebhookMetadata.display_phone_number":     "the ID beside it names the phone number",
	"WebhookPhotoResult.mime_type":             "that of the photo that was sent",
	"WebhookPhotoResult.sha256":                "of unknown encoding, so not to be compared with the photo",
	"WebhookLifecycleEvent.subject":            "of a new group, which this module does not create; in Raw",
	"WebhookLifecycleEvent.description":        "of a new group; in Raw",
	"WebhookLifecycleEvent.invite_link":        "of a new group; in Raw",
	"WebhookLifecycleEvent.join_approval_mode": "of a new group; in Raw",
	"WebhookLifecycleEvent.added_participants": "of a new group; in Raw",
	"WebhookParticipant.input":                 "of a new group; in Raw",
	"WebhookParticipant.wa_id":                 "of a new group; in Raw",
	"WebhookError.href":                        "a page about the code, which is there",
}

// An responseType is a generated type of responses or webhooks and how package client or webhook shows one.
type responseType struct {
	name string
	wire reflect.Type
	// show returns the public result for an object of that type, given as JSON.
	show func(s *shower, object string) any
}

var responseTypes = append(webhookTypes(), []responseType{
	{"GroupInfo", reflect.TypeFor[gen.GroupInfo](), (*shower).group},
	{"Participant", reflect.TypeFor[gen.Participant](), func(s *shower, object string) any {
		return s.group(`{"participants":[` + object + `]}`)
	}},
	{"Acceptance", reflect.TypeFor[gen.Acceptance](), func(s *shower, object string) any {
		s.status, s.body = http.StatusOK, object
		receipt, err := s.client.DeleteGroup(noContext, clienttest.GroupID)
		return []any{receipt, err != nil}
	}},
	{"GraphError", reflect.TypeFor[gen.GraphError](), func(s *shower, object string) any {
		return s.failure(`{"error":` + object + `}`)
	}},
	{"GraphErrorData", reflect.TypeFor[gen.GraphErrorData](), func(s *shower, object string) any {
		return s.failure(`{"error":{"error_data":` + object + `}}`)
	}},
}...)

// A shower is a client and the next response to it.
type shower struct {
	client *client.Client
	status int
	body   string
}

func newShower(t *testing.T) *shower {
	s := &shower{}
	s.client = clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		clienttest.Respond(s.status, s.body)(w, r)
	}).Client(clienttest.NoRetries)
	return s
}

// group shows a group without Raw, which holds everything and explains nothing.
func (s *shower) group(object string) any {
	if !strings.Contains(object, `"id"`) {
		object = strings.Replace(`{"id":"0",`+object[1:], ",}", "}", 1)
	}
	s.status, s.body = http.StatusOK, object
	g, err := s.client.GetGroup(noContext, clienttest.GroupID)
	if err != nil {
		return err.Error()
	}
	g.Raw = nil
	shown := []any{*g}
	for _, f := range clientFields {
		shown = append(shown, g.Has(f))
	}
	return shown
}

func (s *shower) failure(body string) any {
	s.status, s.body = http.StatusBadRequest, body
	_, err := s.client.GetGroup(noContext, clienttest.GroupID)
	e, ok := errors.AsType[*client.Error](err)
	if !ok {
		return err
	}
	return []any{e.Code, e.Subcode, e.Type, e.Message, e.Details, e.UserTitle, e.UserMessage, e.TraceID, e.Transient}
}

// fieldGaps lists the fields of a response that change nothing in what a caller gets, and reasons that nothing needs.
func fieldGaps(s *shower, a responseType, reasons map[string]string) []string {
	var problems []string
	needed := map[string]bool{}
	without := a.show(s, "{}")
	for field := range a.wire.Fields() {
		property, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		name := a.name + "." + property
		reached := slices.ContainsFunc(valuesOf(field.Type), func(value string) bool {
			return !reflect.DeepEqual(a.show(s, fmt.Sprintf("{%q:%s}", property, value)), without)
		})
		switch {
		case !reached && reasons[name] == "":
			problems = append(problems, name+": reaches no public field, and no reason is given")
		case reached && reasons[name] != "":
			problems = append(problems, name+": listed with a reason, and yet it reaches a public field")
		}
		needed[name] = true
	}
	for _, name := range slices.Sorted(maps.Keys(reasons)) {
		if strings.HasPrefix(name, a.name+".") && !needed[name] {
			problems = append(problems, name+": listed with a reason, and not in the document")
		}
	}
	return problems
}

// valuesOf returns JSON values that a field of a type can hold, one of which is not the zero value of any field.
func valuesOf(t reflect.Type) []string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[json.RawMessage]():
		return []string{"true", "false", `"marker"`}
	case t == reflect.TypeFor[json.Number]():
		return []string{"7"}
	case t.Kind() == reflect.Bool:
		return []string{"true"}
	case t.Kind() == reflect.Slice:
		return []string{"[{}]", "[]"}
	case t.Kind() == reflect.Struct:
		values := []string{"{}"}
		for field := range t.Fields() {
			property, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			for _, value := range valuesOf(field.Type) {
				values = append(values, fmt.Sprintf("{%q:%s}", property, value))
			}
		}
		return values
	case t.Kind() == reflect.String:
		return []string{`"marker"`}
	}
	return []string{"7"}
}

func TestContractFields(t *testing.T) {
	s := newShower(t)
	for _, a := range responseTypes {
		wantProblems(t, fieldGaps(s, a, unreachable))
	}
}

func TestContractFieldsReports(t *testing.T) {
	s := newShower(t)
	for _, a := range responseTypes {
		fields := slices.Collect(a.wire.Fields())
		fields = append(fields, reflect.StructField{
			Name: "FieldOfTomorrow", Type: reflect.TypeFor[*string](), Tag: `json:"field_of_tomorrow,omitempty"`,
		})
		first, _, _ := strings.Cut(a.wire.Field(0).Tag.Get("json"), ",")
		longer := responseType{a.name, reflect.StructOf(fields), a.show}
		reasons := maps.Clone(unreachable)
		reasons[a.name+".gone"] = "a field of yesterday"
		problems := fieldGaps(s, longer, reasons)
		want := []string{
			a.name + ".field_of_tomorrow: reaches no public field, and no reason is given",
			a.name + ".gone: listed with a reason, and not in the document",
		}
		wantProblems(t, problems, want...)
		if reasons[a.name+"."+first] == "" {
			reasons = map[string]string{a.name + "." + first: "none"}
			maps.Copy(reasons, unreachable)
			wantProblems(t, fieldGaps(s, a, reasons),
				a.name+"."+first+": listed with a reason, and yet it reaches a public field")
		}
	}
}

// Every generated struct is gated here, as a response or as a request, or wraps one that is.
func TestContractStructsAreGated(t *testing.T) {
	gated := []string{"GraphErrorResponse"} // the envelope of GraphError
	for _, a := range responseTypes {
		gated = append(gated, a.name)
	}
	for _, r := range requestTypes {
		gated = append(gated, r.name)
	}
	for name, schema := range contract(t).Components.Schemas {
		if schema.Value.Type.Is("object") && !slices.Contains(gated, name) {
			t.Errorf("%s: no gate looks at its fields", name)
		}
	}
}
