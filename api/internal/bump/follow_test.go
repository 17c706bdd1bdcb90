//go:build slow

package main

import (
	"strings"
	"testing"
)

// A textEdit replaces one text in one file, which has to occur there.
type textEdit struct{ name, old, replacement string }

func change(t *testing.T, root string, edits []textEdit) {
	t.Helper()
	for _, e := range edits {
		text, err := readText(root, e.name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(text, e.old) {
			t.Fatalf("%s does not contain %q", e.name, e.old)
		}
		put(t, root, e.name, strings.Replace(text, e.old, e.replacement, 1))
	}
}

// documentEdits add a field of an answer, another limit and an operation, as a new version of the API may.
var documentEdits = []textEdit{
	{documentName, "maxLength: 128\n", "maxLength: 100\n"},
	{
		documentName, "        join_approval_mode:\n          $ref:",
		"        invite_link:\n          type: string\n          description: The link to join by.\n" +
			"        join_approval_mode:\n          $ref:",
	},
	{documentName, "    delete:\n      operationId: deleteGroup\n", `    put:
      operationId: archiveGroup
      tags: [groups]
      summary: Archive a group
      description: Not in the reference page.
      responses:
        '200':
          description: Accepted.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Acceptance'
        default:
          $ref: '#/components/responses/Error'
    delete:
      operationId: deleteGroup
`},
}

// fakeEdits serve the new operation.
var fakeEdits = []textEdit{{
	"client/fakegraph/delete.go", "// DeleteGroup forgets",
	`// ArchiveGroup accepts the request and keeps the group as it is.
func (h handlers) ArchiveGroup(w http.ResponseWriter, _ *http.Request, _ gen.Version, _ gen.GroupID) {
	_, _ = w.Write(mustMarshal(gen.Acceptance{Success: gen.BooleanOrString("true")}))
}

// DeleteGroup forgets`,
}}

// clientEdits make the client show the field, keep the limit and send the operation.
var clientEdits = []textEdit{
	{"client/argument.go", "maxSubjectLen     = 128", "maxSubjectLen     = 100"},
	{"client/group.go", "\t// Subject is the group's name.\n", "\t// InviteLink is the link to join by.\n" +
		"\tInviteLink string\n\t// Subject is the group's name.\n"},
	{"client/group.go", "\tif in.Subject != nil {\n", "\tif in.InviteLink != nil {\n\t\tg.InviteLink = *in.InviteLink\n" +
		"\t}\n\tif in.Subject != nil {\n"},
	{"client/request.go", "update, photo, delete template", "update, photo, delete, archive template"},
	{"client/request.go", "\tif err == nil {\n",
		"\tt.archive = build(gen.NewArchiveGroupRequest(baseURL+\"/\", version, standIn))\n\tif err == nil {\n"},
	{"client/operation.go", "\tdeleteGroup   = operation{", "\tarchiveGroup  = operation{" +
		"name: \"ArchiveGroup\", method: http.MethodPut, change: true}\n\tdeleteGroup   = operation{"},
	{"client/client.go", "// DeleteGroup deletes", `// ArchiveGroup archives a group.
func (c *Client) ArchiveGroup(ctx context.Context, groupID string) (*Receipt, error) {
	if err := checkGroupID(groupID); err != nil {
		return nil, err
	}
	return c.change(ctx, &archiveGroup, groupID, &c.core.templates.archive, nil)
}

// DeleteGroup deletes`},
	{"client/helper_test.go", "\t{\"DeleteGroup\", http.MethodDelete, true,", `
	{"ArchiveGroup", http.MethodPut, true, func(ctx context.Context, c *client.Client, id string) error {
		return outcome(c.ArchiveGroup(ctx, id))
	}},
	{"DeleteGroup", http.MethodDelete, true,`},
}
