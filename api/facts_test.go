package api_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// A fact is one statement of the document in a form that a table can hold: its key says where, its shape says what.
type fact struct {
	shape string
	// All descriptions from the response down to the property; they say whether the statement is in the reference.
	description string
}

type facts map[string]fact

// factsOf takes a document apart into "METHOD place name" and what stands there.
func factsOf(doc *openapi3.T) facts {
	f := facts{}
	for _, server := range doc.Servers {
		f["server "+server.URL] = fact{}
	}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			f[method+" "+path] = fact{shape: op.OperationID}
			f.addOperation(doc, method, slices.Concat(item.Parameters, op.Parameters), op)
		}
	}
	return f
}

func (f facts) addOperation(doc *openapi3.T, method string, parameters openapi3.Parameters, op *openapi3.Operation) {
	for _, ref := range parameters {
		p := ref.Value
		shape := shapeOf(p.Schema.Value)
		if p.Style == openapi3.SerializationForm && p.Explode != nil && !*p.Explode {
			shape = strings.Replace(shape, "array of", "commas between", 1)
		}
		if p.Required {
			shape += ", required"
		}
		f[method+" "+p.In+" "+p.Name] = fact{shape, p.Description}
	}
	security := doc.Security
	if op.Security != nil {
		security = *op.Security
	}
	for _, requirement := range security {
		for name := range requirement {
			scheme := doc.Components.SecuritySchemes[name].Value
			f[method+" security "+name] = fact{shape: scheme.Type + " " + scheme.Scheme}
		}
	}
	switch {
	case op.RequestBody != nil:
		body := op.RequestBody.Value
		f[method+" body"] = fact{shape: map[bool]string{true: "required", false: "optional"}[body.Required]}
		f.addContent(method+" body", body.Description, body.Content)
	case strings.Contains(op.Description, "`Content-Type`"):
		f[method+" header Content-Type"] = fact{shape: "described"}
	}
	for status, ref := range op.Responses.Map() {
		response := ref.Value
		key := method + " " + status
		f[key] = fact{description: deref(response.Description)}
		for name, header := range response.Headers {
			f[key+" header "+name] = fact{
				shapeOf(header.Value.Schema.Value),
				deref(response.Description) + header.Value.Description,
			}
		}
		f.addContent(key, deref(response.Description), response.Content)
	}
}

func (f facts) addContent(key, description string, content openapi3.Content) {
	for name, media := range content {
		schema := media.Schema.Value
		at := key + " " + name
		f[at] = fact{shapeOf(schema), description + schema.Description}
		f.addProperties(at, description+schema.Description, schema)
		for property, encoding := range media.Encoding {
			part := f[at+" "+property]
			part.shape += " as " + encoding.ContentType
			f[at+" "+property] = part
		}
	}
}

func (f facts) addProperties(key, description string, schema *openapi3.Schema) {
	for name, ref := range schema.Properties {
		property := ref.Value
		at, said := key+" "+name, description+property.Description
		shape := shapeOf(property)
		if slices.Contains(schema.Required, name) {
			shape += ", required"
		}
		f[at] = fact{shape, said}
		f.addProperties(at, said, property)
		if property.Items != nil {
			f.addProperties(at+"[]", said+property.Items.Value.Description, property.Items.Value)
		}
		for _, alternative := range property.OneOf {
			f.addProperties(at, said+alternative.Value.Description, alternative.Value)
		}
	}
}

// shapeOf writes a schema as "type constraints"; patterns are left to the samples.
func shapeOf(s *openapi3.Schema) string {
	if s.Type == nil && len(s.OneOf) > 0 {
		var alternatives []string
		for _, a := range s.OneOf {
			alternatives = append(alternatives, shapeOf(a.Value))
		}
		return strings.Join(alternatives, " or ")
	}
	shape := strings.Join(s.Type.Slice(), " or ")
	switch {
	case s.Type.Is(openapi3.TypeArray):
		return "array of " + shapeOf(s.Items.Value)
	case s.Type.Is(openapi3.TypeObject):
		if closed := s.AdditionalProperties.Has; closed != nil && !*closed {
			return "closed object"
		}
		return "open object"
	}
	if s.Format != "" {
		shape += " " + s.Format
	}
	if len(s.Enum) > 0 {
		var values []string
		for _, v := range s.Enum {
			values = append(values, fmt.Sprint(v))
		}
		shape += " " + strings.Join(values, "|")
	}
	if s.MaxLength != nil {
		shape += " of " + strconv.FormatUint(s.MinLength, 10) + "-" + strconv.FormatUint(*s.MaxLength, 10)
	}
	if limits, ok := s.Extensions["x-photo-limits"].(map[string]any); ok {
		shape += fmt.Sprintf(" of %.0f bytes, %.0f pixels, square: %v",
			limits["maxBytes"], limits["minSide"], limits["square"])
	}
	return shape
}
