package gates

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/gen"
)

// noContext is for probes, which a table calls without a test at hand.
var noContext = context.Background()

// clientFields are all constants of type Field.
var clientFields = []client.Field{
	client.FieldID, client.FieldSubject, client.FieldDescription, client.FieldJoinApprovalMode, client.FieldSuspended,
	client.FieldCreationTimestamp, client.FieldParticipants, client.FieldTotalParticipantCount,
}

// unasked lists the values of Field that the client has no constant for, each with the reason.
var unasked = map[string]string{"messaging_product": "comes in any case, and is always whatsapp"}

// notByDefault are fields that a read does not have to ask for: they come in any case.
var notByDefault = []string{"id", "messaging_product"}

// enumGaps compares the enums of the document with what the client takes, asks for and knows.
func enumGaps(doc *openapi3.T, asked []string, reasons map[string]string) []string {
	var problems []string
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	fields := enumOf(doc, "Field")
	for _, field := range fields {
		switch known := slices.Contains(clientFields, client.Field(field)); {
		case !known && reasons[field] == "":
			report("Field %s: no constant, and no reason is given", field)
		case known && reasons[field] != "":
			report("Field %s: listed with a reason, and yet there is a constant", field)
		}
		if !slices.Contains(notByDefault, field) && !slices.Contains(asked, field) {
			report("Field %s: not asked for by default", field)
		}
	}
	for _, field := range clientFields {
		if !slices.Contains(fields, string(field)) {
			report("Field %s: a constant, and not in the document", field)
		}
	}
	modes := enumOf(doc, "JoinApprovalMode")
	for _, mode := range append(modes, "a_mode_of_tomorrow") {
		if got, want := client.JoinApprovalMode(mode).Known(), slices.Contains(modes, mode); got != want {
			report("JoinApprovalMode %s: known is %v", mode, got)
		}
	}
	constants := []client.JoinApprovalMode{client.JoinApprovalRequired, client.JoinAutoApprove}
	for _, mode := range modes {
		if !slices.Contains(constants, client.JoinApprovalMode(mode)) {
			report("JoinApprovalMode %s: no constant", mode)
		}
	}
	const product = string(gen.MessagingProductWhatsapp)
	if products := enumOf(doc, "MessagingProduct"); !slices.Equal(products, []string{product}) {
		report("MessagingProduct %v: the client sends %s only", products, product)
	}
	return problems
}

func enumOf(doc *openapi3.T, schema string) []string {
	var values []string
	for _, v := range doc.Components.Schemas[schema].Value.Enum {
		values = append(values, fmt.Sprint(v))
	}
	return values
}

// askedByDefault returns the fields of a read that names none, and makes sure that each constant is taken.
func askedByDefault(t *testing.T) []string {
	t.Helper()
	var query url.Values
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		query = r.URL.Query()
		clienttest.Success(w, r)
	})
	c := s.Client()
	for _, field := range clientFields {
		clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID, field)), nil)
	}
	clienttest.WantArgument(t, clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID, "a_field_of_tomorrow")),
		"fields")
	clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID)), nil)
	return strings.Split(query.Get("fields"), ",")
}

func TestContractEnums(t *testing.T) {
	wantProblems(t, enumGaps(contract(t), askedByDefault(t), unasked))
}

func TestContractEnumsReports(t *testing.T) {
	doc := contract(t)
	schema := func(name string) *openapi3.Schema { return doc.Components.Schemas[name].Value }
	fields := schema("Field")
	fields.Enum = slices.DeleteFunc(fields.Enum, func(v any) bool { return v == "subject" })
	fields.Enum = append(fields.Enum, "picture")
	schema("JoinApprovalMode").Enum = append(schema("JoinApprovalMode").Enum, "invited_only")
	schema("MessagingProduct").Enum = append(schema("MessagingProduct").Enum, "messenger")
	wantProblems(t, enumGaps(doc, askedByDefault(t), map[string]string{"description": "none"}),
		"Field messaging_product: no constant, and no reason is given",
		"Field description: listed with a reason, and yet there is a constant",
		"Field picture: no constant, and no reason is given",
		"Field picture: not asked for by default",
		"Field subject: a constant, and not in the document",
		"JoinApprovalMode invited_only: known is false",
		"JoinApprovalMode invited_only: no constant",
		"MessagingProduct [whatsapp messenger]: the client sends whatsapp only",
	)
}
