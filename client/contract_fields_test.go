package client_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/gen"
)

// unreachable lists the generated fields that no public field shows, each with the reason.
var unreachable = map[string]string{
	"GroupInfo.messaging_product":      "always whatsapp: this module knows no other product",
	"Acceptance.messaging_product":     "always whatsapp",
	"GraphErrorData.messaging_product": "always whatsapp",
}

// An answer is a generated type of answers and how package client shows one.
type answerType struct {
	name string
	wire reflect.Type
	// show returns the public result for an object of that type, given as JSON.
	show func(object string) any
}

var answerTypes = []answerType{
	{"GroupInfo", reflect.TypeFor[gen.GroupInfo](), publicGroup},
	{"Participant", reflect.TypeFor[gen.Participant](), func(object string) any {
		return publicGroup(`{"participants":[` + object + `]}`)
	}},
	{"Acceptance", reflect.TypeFor[gen.Acceptance](), func(object string) any {
		receipt, err := client.DecodeReceipt([]byte(object))
		return []any{receipt, err != nil}
	}},
	{"GraphError", reflect.TypeFor[gen.GraphError](), func(object string) any {
		return publicError(`{"error":` + object + `}`)
	}},
	{"GraphErrorData", reflect.TypeFor[gen.GraphErrorData](), func(object string) any {
		return publicError(`{"error":{"error_data":` + object + `}}`)
	}},
}

// publicGroup shows a group but for Raw, which holds everything and explains nothing.
func publicGroup(object string) any {
	if object == "{}" {
		object = `{"id":"0"}`
	} else if !strings.Contains(object, `"id"`) {
		object = `{"id":"0",` + object[1:]
	}
	g, err := client.DecodeGroup([]byte(object))
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

func publicError(body string) any {
	e, _ := client.ParseGraphError(400, []byte(body))
	return []any{e.Code, e.Subcode, e.Type, e.Message, e.Details, e.UserTitle, e.UserMessage, e.TraceID, e.Transient}
}

// fieldGaps lists the fields of an answer that change nothing in what a caller gets, and reasons that nothing needs.
func fieldGaps(a answerType, reasons map[string]string) []string {
	var problems []string
	needed := map[string]bool{}
	without := a.show("{}")
	for field := range a.wire.Fields() {
		property, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		name := a.name + "." + property
		reached := slices.ContainsFunc(valuesOf(field.Type), func(value string) bool {
			return !reflect.DeepEqual(a.show(fmt.Sprintf("{%q:%s}", property, value)), without)
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
	case t.Kind() == reflect.Struct || t.Kind() == reflect.Map:
		return []string{"{}"}
	case t.Kind() == reflect.String:
		return []string{`"marker"`}
	}
	return []string{"7"}
}

func TestContractFields(t *testing.T) {
	for _, a := range answerTypes {
		wantProblems(t, fieldGaps(a, unreachable))
	}
}

func TestContractFieldsReports(t *testing.T) {
	for _, a := range answerTypes {
		fields := slices.Collect(a.wire.Fields())
		fields = append(fields, reflect.StructField{
			Name: "FieldOfTomorrow", Type: reflect.TypeFor[*string](), Tag: `json:"field_of_tomorrow,omitempty"`,
		})
		first, _, _ := strings.Cut(a.wire.Field(0).Tag.Get("json"), ",")
		longer := answerType{a.name, reflect.StructOf(fields), a.show}
		reasons := maps.Clone(unreachable)
		reasons[a.name+".gone"] = "a field of yesterday"
		problems := fieldGaps(longer, reasons)
		want := []string{
			a.name + ".field_of_tomorrow: reaches no public field, and no reason is given",
			a.name + ".gone: listed with a reason, and not in the document",
		}
		wantProblems(t, problems, want...)
		if reasons[a.name+"."+first] == "" {
			reasons = map[string]string{a.name + "." + first: "none"}
			maps.Copy(reasons, unreachable)
			wantProblems(t, fieldGaps(a, reasons), a.name+"."+first+": listed with a reason, and yet it reaches a public field")
		}
	}
}

// Every generated struct is gated here, as an answer or as a request, or wraps one that is; those of the webhooks are
// gated in package webhook.
func TestContractStructsAreGated(t *testing.T) {
	gated := []string{"GraphErrorAnswer"} // the envelope of GraphError
	for _, a := range answerTypes {
		gated = append(gated, a.name)
	}
	for _, r := range requestTypes {
		gated = append(gated, r.name)
	}
	for name, schema := range contract(t).Components.Schemas {
		if schema.Value.Type.Is("object") && !slices.Contains(gated, name) && !strings.HasPrefix(name, "Webhook") {
			t.Errorf("%s: no gate looks at its fields", name)
		}
	}
}
