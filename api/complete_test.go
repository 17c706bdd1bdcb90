package api_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/api"
)

// incomplete lists, sorted, what a document of this project must have and this one lacks. The
// descriptions of the document, its tags and its components are the linter's part.
func incomplete(doc *openapi3.T) []string {
	problems := slices.Concat(undescribed(doc), operationProblems(doc), parameterProblems(doc), wrongHeaders(doc))
	slices.Sort(problems)
	return problems
}

// undescribed lists the servers and properties without a description.
func undescribed(doc *openapi3.T) []string {
	var problems []string
	need := func(where, description string) {
		if strings.TrimSpace(description) == "" {
			problems = append(problems, where+": no description")
		}
	}
	for _, s := range doc.Servers {
		need("server "+s.URL, s.Description)
	}
	_ = doc.WalkSchemas(func(pointer string, schema *openapi3.SchemaRef) error {
		// An alternative narrows properties that are described beside it.
		if property.MatchString(pointer) && !strings.Contains(pointer, "/oneOf/") {
			need(pointer, schema.Value.Description)
		}
		return nil
	})
	return problems
}

var property = regexp.MustCompile(`/properties/[^/]+$`)

func operationProblems(doc *openapi3.T) []string {
	var problems []string
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			where := method + " " + path
			if op.Summary == "" || op.Description == "" {
				report("%s: no summary or description", where)
			}
			if op.Responses.Default() == nil {
				report("%s: no default error response", where)
			}
			if op.RequestBody != nil {
				for _, media := range unexemplified(op.RequestBody.Value.Content) {
					report("%s: request %s: no example", where, media)
				}
			}
			for status, response := range op.Responses.Map() {
				if deref(response.Value.Description) == "" {
					report("%s: %s: no description", where, status)
				}
				if len(response.Value.Content) == 0 {
					report("%s: %s: no content", where, status)
				}
				for _, media := range unexemplified(response.Value.Content) {
					report("%s: %s %s: no example", where, status, media)
				}
			}
		}
	}
	return problems
}

// unexemplified returns the media types without an example.
func unexemplified(content openapi3.Content) []string {
	var without []string
	for _, name := range slices.Sorted(maps.Keys(content)) {
		if content[name].Example == nil && len(content[name].Examples) == 0 {
			without = append(without, name)
		}
	}
	return without
}

// parameterProblems also refuses header parameters that OpenAPI ignores: they would become arguments in Go, the token
// among them.
func parameterProblems(doc *openapi3.T) []string {
	reserved := []string{"accept", "authorization", "content-type"}
	var problems []string
	_ = doc.WalkParameters(func(pointer string, parameter *openapi3.ParameterRef) error {
		p := parameter.Value
		if p.Description == "" {
			problems = append(problems, pointer+": no description")
		}
		if p.Example == nil {
			problems = append(problems, pointer+": no example")
		}
		if p.In == openapi3.ParameterInHeader && slices.Contains(reserved, strings.ToLower(p.Name)) {
			problems = append(problems, pointer+": reserved header "+p.Name)
		}
		return nil
	})
	return problems
}

// wrongHeaders checks examples, which the validation of a document leaves out for headers.
func wrongHeaders(doc *openapi3.T) []string {
	var problems []string
	for name, header := range doc.Components.Headers {
		h := header.Value
		if h.Schema.Value.VisitJSON(h.Example, openapi3.EnableJSONSchema2020()) != nil {
			problems = append(problems, "header "+name+": wrong example")
		}
	}
	return problems
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestDocumentIsComplete(t *testing.T) {
	equal(t, incomplete(load(t, api.Document)), nil)
}

func TestCompletenessCheckReports(t *testing.T) {
	for _, tt := range []struct {
		name   string
		mutate func(*openapi3.T)
		want   []string
	}{
		{
			"no description of a server",
			func(d *openapi3.T) { d.Servers[0].Description = "" },
			[]string{"server https://graph.facebook.com: no description"},
		}, {
			"no description of a property",
			func(d *openapi3.T) {
				d.Components.Schemas["GroupSettings"].Value.Properties["subject"].Value.Description = " "
			},
			[]string{"/components/schemas/GroupSettings/properties/subject: no description"},
		}, {
			"no description and no example of a parameter",
			func(d *openapi3.T) {
				p := d.Components.Parameters["GroupID"].Value
				p.Description, p.Example = "", nil
			},
			[]string{"/components/parameters/GroupID: no description", "/components/parameters/GroupID: no example"},
		}, {
			"a reserved header as a parameter",
			func(d *openapi3.T) { d.Components.Parameters["UserAgent"].Value.Name = "Content-type" },
			[]string{"/components/parameters/UserAgent: reserved header Content-type"},
		}, {
			"a wrong example of a header",
			func(d *openapi3.T) { d.Components.Headers["RetryAfter"].Value.Example = 30 },
			[]string{"header RetryAfter: wrong example"},
		}, {
			"no default response, no description of a response, no summary",
			func(d *openapi3.T) {
				op := d.Paths.Value("/{Version}/{group_id}").Delete
				op.Responses.Delete("default")
				op.Responses.Status(200).Value.Description = nil
				op.Summary = ""
			},
			[]string{
				"DELETE /{Version}/{group_id}: 200: no description",
				"DELETE /{Version}/{group_id}: no default error response",
				"DELETE /{Version}/{group_id}: no summary or description",
			},
		}, {
			"no example of a request and of a response",
			func(d *openapi3.T) {
				post := d.Paths.Value("/{Version}/{group_id}").Post
				post.RequestBody.Value.Content["application/x-www-form-urlencoded"].Examples = nil
				post.Responses.Status(200).Value.Content["application/json"].Examples = nil
			},
			[]string{
				"POST /{Version}/{group_id}: 200 application/json: no example",
				"POST /{Version}/{group_id}: request application/x-www-form-urlencoded: no example",
			},
		}, {
			"no body of an error",
			func(d *openapi3.T) { d.Components.Responses["Error"].Value.Content = nil },
			[]string{
				"DELETE /{Version}/{group_id}: default: no content", "GET /{Version}/{group_id}: default: no content",
				"POST /{Version}/{group_id}: default: no content",
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := load(t, api.Document)
			tt.mutate(doc)
			equal(t, incomplete(doc), tt.want)
		})
	}
}
