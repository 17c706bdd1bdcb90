package api_test

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/api"
)

func TestReferenceCheckReports(t *testing.T) {
	const path = "/{Version}/{group_id}"
	schema := func(d *openapi3.T, name string) *openapi3.Schema { return d.Components.Schemas[name].Value }
	unsaid := ": not in the reference, and no description says so"
	for _, tt := range []struct {
		name   string
		mutate func(*openapi3.T)
		want   []string
	}{
		{
			"a dropped field",
			func(d *openapi3.T) { delete(schema(d, "GroupInfo").Properties, "suspended") },
			[]string{"GET 200 application/json suspended: missing"},
		}, {
			"a dropped field name in the query",
			func(d *openapi3.T) { schema(d, "Field").Enum = []any{"id", "subject"} },
			[]string{`GET query fields: "commas between string id|subject" instead of "` + requestable + `"`},
		}, {
			"another type",
			func(d *openapi3.T) { schema(d, "Acceptance").Properties["success"].Value.OneOf = nil },
			[]string{`DELETE 200 application/json success: "" instead of "boolean or string true|false"`},
		}, {
			"a renamed operation",
			func(d *openapi3.T) { d.Paths.Value(path).Delete.OperationID = "removeGroup" },
			[]string{`DELETE ` + path + `: "removeGroup" instead of "deleteGroup"`},
		}, {
			"a further operation",
			func(d *openapi3.T) {
				d.Paths.Set("/{Version}/groups", &openapi3.PathItem{
					Put: &openapi3.Operation{OperationID: "createGroup", Responses: openapi3.NewResponses()},
				})
			},
			[]string{"PUT /{Version}/groups" + unsaid, "PUT security bearerAuth" + unsaid},
		}, {
			"an optional body that lets everything through",
			func(d *openapi3.T) {
				d.Paths.Value(path).Post.RequestBody.Value.Required = false
				schema(d, "GroupPhoto").AdditionalProperties = openapi3.AdditionalProperties{}
			},
			[]string{
				`POST body multipart/form-data: "open object" instead of "closed object"`,
				`POST body: "optional" instead of "required"`,
			},
		}, {
			"no longer required",
			func(d *openapi3.T) {
				d.Components.Parameters["Version"].Value.Required = false
				schema(d, "GroupSettings").Required = nil
			},
			[]string{
				`DELETE path Version: "string" instead of "string, required"`,
				`GET path Version: "string" instead of "string, required"`,
				`POST body application/json messaging_product: "string whatsapp" instead of "string whatsapp, required"`,
				`POST body application/x-www-form-urlencoded messaging_product: ` +
					`"string whatsapp" instead of "string whatsapp, required"`,
				`POST path Version: "string" instead of "string, required"`,
			},
		}, {
			"a repeated parameter instead of commas",
			func(d *openapi3.T) {
				d.Components.Parameters["Fields"].Value.Explode = new(true)
				schema(d, "Field").Enum = nil
			},
			[]string{`GET query fields: "array of string" instead of "` + requestable + `"`},
		}, {
			"another length and another photo",
			func(d *openapi3.T) {
				schema(d, "GroupSettings").Properties["subject"].Value.MinLength = 0
				file := d.Paths.Value(path).Post.RequestBody.Value.Content["multipart/form-data"]
				file.Encoding["file"].ContentType = "image/png"
			},
			[]string{
				`POST body application/json subject: "string of 0-128" instead of "string of 1-128"`,
				`POST body application/x-www-form-urlencoded subject: "string of 0-128" instead of "string of 1-128"`,
				`POST body multipart/form-data file: "string binary of 5242880 bytes, 192 pixels, square: true as image/png"` +
					` instead of "string binary of 5242880 bytes, 192 pixels, square: true as image/jpeg"`,
			},
		}, {
			"another server, no security, and nothing about Content-Type",
			func(d *openapi3.T) {
				d.Servers[0].URL = "https://graph.example"
				d.Security = nil
				d.Paths.Value(path).Delete.Description = "Deletes the group."
			},
			[]string{
				"DELETE header Content-Type: missing", "DELETE security bearerAuth: missing",
				"GET security bearerAuth: missing", "POST security bearerAuth: missing",
				"server https://graph.example" + unsaid, "server https://graph.facebook.com: missing",
			},
		}, {
			"an addition that does not say that it is one",
			func(d *openapi3.T) {
				schema(d, "Participant").Properties["username"].Value.Description = "The user's chosen name."
				d.Components.Headers["TraceID"].Value.Description = "Names this call."
			},
			[]string{
				"DELETE 200 header x-fb-trace-id" + unsaid, "GET 200 application/json participants[] username" + unsaid,
				"GET 200 header x-fb-trace-id" + unsaid,
			},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			doc := load(t, api.Document)
			tt.mutate(doc)
			equal(t, deviations(doc), tt.want)
		})
	}
}
