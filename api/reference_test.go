package api_test

import (
	"fmt"
	"regexp"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/api"
)

// reference says what each row of the reference page asks of the document, in the notation of factsOf. The first
// column is the place, the second what stands there. A comment says where the document goes beyond the page.
var reference = [][2]string{
	{"server https://graph.facebook.com", ""},

	{"GET /{Version}/{group_id}", "getGroupInfo"},
	{"GET security bearerAuth", "http bearer"},
	{"GET header User-Agent", "string"},
	{"GET path Version", "string, required"},
	{"GET path group_id", "string of 1-256, required"}, // The length is this project's rule.
	{"GET query fields", requestable},                  // The page names no fields here; these are those of the response.
	{"GET 200", ""},
	{"GET 200 application/json", "open object"},
	{"GET 200 application/json id", "string"},
	{"GET 200 application/json messaging_product", "string"},
	{"GET 200 application/json join_approval_mode", "string approval_required|auto_approve"},
	{"GET 200 application/json subject", "string"},
	{"GET 200 application/json description", "string"},
	{"GET 200 application/json suspended", "boolean or string true|false"},          // Quoted ones occur.
	{"GET 200 application/json creation_timestamp", "integer int64 or string"},      // Quoted ones occur.
	{"GET 200 application/json total_participant_count", "integer int64 or string"}, // Quoted ones occur.
	{"GET 200 application/json participants", "array of open object"},
	{"GET 200 application/json participants[] wa_id", "string"},

	{"POST /{Version}/{group_id}", "updateGroupSettings"},
	{"POST security bearerAuth", "http bearer"},
	{"POST header User-Agent", "string"},
	{"POST path Version", "string, required"},
	{"POST path group_id", "string of 1-256, required"},
	{"POST body", "required"},
	{"POST body application/json", "closed object"},
	{"POST body application/json messaging_product", "string whatsapp, required"},
	{"POST body application/json subject", "string of 1-128"}, // The lengths stand in Meta's OpenAPI document.
	{"POST body application/json description", "string of 0-2048"},
	{"POST body application/json profile_picture_file", "string"},
	// The page names this media type among the values of Content-Type and shows no schema; it is that of JSON here.
	{"POST body application/x-www-form-urlencoded", "closed object"},
	{"POST body application/x-www-form-urlencoded messaging_product", "string whatsapp, required"},
	{"POST body application/x-www-form-urlencoded subject", "string of 1-128"},
	{"POST body application/x-www-form-urlencoded description", "string of 0-2048"},
	{"POST body application/x-www-form-urlencoded profile_picture_file", "string"},
	{"POST body multipart/form-data", "closed object"},
	{"POST body multipart/form-data messaging_product", "string whatsapp"},
	{"POST body multipart/form-data file", "string binary of 5242880 bytes, 192 pixels, square: true as image/jpeg"},
	{"POST 200", ""},

	{"DELETE /{Version}/{group_id}", "deleteGroup"},
	{"DELETE security bearerAuth", "http bearer"},
	{"DELETE header User-Agent", "string"},
	{"DELETE header Content-Type", "described"}, // OpenAPI has no place for it: there is no body and no such parameter.
	{"DELETE path Version", "string, required"},
	{"DELETE path group_id", "string of 1-256, required"},
	{"DELETE 200", ""},
	{"DELETE 200 application/json", "open object"},
	{"DELETE 200 application/json success", "boolean or string true|false"}, // The page's own sample is quoted.
}

const requestable = "commas between string id|messaging_product|join_approval_mode|subject|description|" +
	"suspended|creation_timestamp|participants|total_participant_count"

// beyond matches the words by which a description says that something is not in the reference.
var beyond = regexp.MustCompile(`Not in (the|this version's)\s+reference page\.|In no document of Meta;|` +
	`The reference (describes no body;|page shows no error\.)`)

// deviations lists, sorted, where a document contradicts the reference, lacks a row of it, or goes beyond it unsaid.
func deviations(doc *openapi3.T) []string {
	var problems []string
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	found := factsOf(doc)
	for _, row := range reference {
		place, want := row[0], row[1]
		switch got, ok := found[place]; {
		case !ok:
			report("%s: missing", place)
		case got.shape != want:
			report("%s: %q instead of %q", place, got.shape, want)
		}
		delete(found, place)
	}
	for place, extra := range found {
		if !beyond.MatchString(extra.description) {
			report("%s: not in the reference, and no description says so", place)
		}
	}
	slices.Sort(problems)
	return problems
}

func TestDocumentAgreesWithReference(t *testing.T) {
	equal(t, deviations(load(t, api.Document)), nil)
}
