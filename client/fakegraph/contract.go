package fakegraph

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"github.com/wagroups/wagroups-go/api"
)

// contract is the OpenAPI document, in the form in which it is asked. It is never changed after loading.
type contract struct {
	operations []*operation
	mediaTypes []string // of request bodies
	documented string   // the API version that the document describes

	version          *openapi3.Schema
	groupID          *openapi3.Schema
	joinApprovalMode *openapi3.Schema
	settings         *openapi3.Schema
	delivery         *openapi3.Schema
	photo            *openapi3.MediaType
	photoLimits      photoLimits
}

type operation struct {
	id, method, path string
	route            *routers.Route
	lenient          *routers.Route // the same without the rules for header fields
}

// photoLimits is the extension x-photo-limits of the contract.
type photoLimits struct {
	MaxBytes int  `json:"maxBytes"`
	MinSide  int  `json:"minSide"`
	Square   bool `json:"square"`
}

// loadedContract parses and validates the document once per process, which takes some 20 ms.
var loadedContract = sync.OnceValues(func() (*contract, error) {
	c, err := newContract(api.Document)
	if err != nil {
		return nil, fmt.Errorf("fakegraph: the contract: %w", err)
	}
	return c, nil
})

func newContract(document []byte) (*contract, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, err
	}
	if err := doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	// For a 3.1 document kin-openapi compiles a new JSON Schema 2020-12 validator for every value it looks at, about
	// 2 ms for one request. Its own validator takes 1/40 of that and knows every keyword that the document uses,
	// which TestContractKeywords makes sure of.
	checked := *doc
	checked.OpenAPI = "3.0.3"

	c := &contract{documented: doc.Info.Version}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o := &operation{
				id: op.OperationID, method: method, path: path,
				route: &routers.Route{Spec: &checked, Path: path, PathItem: item, Method: method, Operation: op},
			}
			anyItem, anyOp, anyHeader := *item, *op, *o.route
			anyItem.Parameters, anyOp.Parameters = withoutHeaders(item.Parameters), withoutHeaders(op.Parameters)
			anyHeader.PathItem, anyHeader.Operation = &anyItem, &anyOp
			o.lenient = &anyHeader
			c.operations = append(c.operations, o)
		}
	}
	slices.SortFunc(c.operations, func(a, b *operation) int { return strings.Compare(a.id, b.id) })

	if c.version, err = parameter(doc, "Version"); err != nil {
		return nil, err
	}
	if c.groupID, err = parameter(doc, "GroupID"); err != nil {
		return nil, err
	}
	if c.joinApprovalMode, err = component(doc, "JoinApprovalMode"); err != nil {
		return nil, err
	}
	if c.delivery, err = component(doc, "WebhookDelivery"); err != nil {
		return nil, err
	}
	update := c.named(idUpdate)
	if update == nil || update.route.Operation.RequestBody == nil {
		return nil, errors.New("no request body of " + idUpdate)
	}
	bodies := update.route.Operation.RequestBody.Value.Content
	for mediaType := range bodies {
		c.mediaTypes = append(c.mediaTypes, mediaType)
	}
	slices.Sort(c.mediaTypes)
	if bodies[mediaJSON] == nil || bodies[mediaForm] == nil || bodies[mediaMultipart] == nil {
		return nil, fmt.Errorf("request bodies %v instead of JSON, form and multipart", c.mediaTypes)
	}
	c.settings = bodies[mediaJSON].Schema.Value
	c.photo = bodies[mediaMultipart]
	return c, c.readPhotoLimits()
}

func (c *contract) readPhotoLimits() error {
	file := c.photo.Schema.Value.Properties["file"]
	if file == nil || c.photo.Encoding["file"] == nil {
		return errors.New("no file in the multipart body")
	}
	text, err := json.Marshal(file.Value.Extensions["x-photo-limits"])
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, &c.photoLimits); err != nil {
		return err
	}
	if c.photoLimits.MaxBytes < 1 || c.photoLimits.MinSide < 1 {
		return errors.New("no x-photo-limits")
	}
	return nil
}

func withoutHeaders(list openapi3.Parameters) openapi3.Parameters {
	return slices.DeleteFunc(slices.Clone(list), func(p *openapi3.ParameterRef) bool {
		return p.Value.In == openapi3.ParameterInHeader
	})
}

func parameter(doc *openapi3.T, name string) (*openapi3.Schema, error) {
	if p := doc.Components.Parameters[name]; p != nil && p.Value.Schema != nil {
		return p.Value.Schema.Value, nil
	}
	return nil, errors.New("no parameter " + name)
}

func component(doc *openapi3.T, name string) (*openapi3.Schema, error) {
	if s := doc.Components.Schemas[name]; s != nil {
		return s.Value, nil
	}
	return nil, errors.New("no schema " + name)
}

func (c *contract) named(id string) *operation {
	for _, op := range c.operations {
		if op.id == id {
			return op
		}
	}
	return nil
}

// checkRequest validates path, query and header parameters. Bodies are validated where they are decoded, with
// checkValue: openapi3filter would drop unknown keys of a form and copy a photo several times.
func (c *contract) checkRequest(route *routers.Route, r *http.Request, params map[string]string) error {
	err := openapi3filter.ValidateRequest(r.Context(), &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{
			ExcludeRequestBody: true,
			AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, // auth.go does that
		},
	})
	if err == nil {
		return nil
	}
	if broken, ok := errors.AsType[*openapi3filter.RequestError](err); ok && broken.Parameter != nil {
		return explain(broken.Parameter.Name, broken.Err)
	}
	return err
}

// checkValue validates a decoded JSON value; name is what errors call it.
func (c *contract) checkValue(schema *openapi3.Schema, name string, value any) error {
	if err := schema.VisitJSON(value, openapi3.VisitAsRequest()); err != nil {
		return explain(name, err)
	}
	return nil
}

// checkAnswer validates a response. If the request was no operation, it uses the schema of the first operation,
// because all have the same error response.
func (c *contract) checkAnswer(op *operation, r *http.Request, rep *reply) error {
	if op == nil {
		op = c.operations[0]
	}
	return openapi3filter.ValidateResponse(r.Context(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, Route: op.route},
		Status:                 rep.status,
		Header:                 rep.header,
		Body:                   io.NopCloser(bytes.NewReader(rep.body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	})
}

// violation is a value that breaks a rule of the contract.
type violation struct {
	name, rule string
}

func (v *violation) Error() string { return v.name + ": " + v.rule }

// explain makes a violation of a validation error, without the schema and the value that kin-openapi would print.
func explain(name string, err error) error {
	schema, ok := errors.AsType[*openapi3.SchemaError](err)
	if !ok {
		return &violation{name: name, rule: err.Error()}
	}
	if path := schema.JSONPointer(); len(path) > 0 && name == bodyName {
		name = strings.Join(path, ".")
	}
	return &violation{name: name, rule: schema.Reason}
}

// bodyName stands for the whole body in errors; for a property of it stands the property's name.
const bodyName = "body"
