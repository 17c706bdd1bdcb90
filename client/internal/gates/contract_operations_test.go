package gates

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/gen"
)

// operationGaps lists the operations that are missing somewhere between the document and the fake. reached maps the
// operations that arrived at a server to the status of the response.
func operationGaps(doc *openapi3.T, builders, handlers []string, reached map[string]int) []string {
	var problems []string
	for _, id := range operationIDs(doc) {
		method := strings.ToUpper(id[:1]) + id[1:]
		if !slices.ContainsFunc(builders, func(b string) bool { return b == method || b == method+"WithBody" }) {
			problems = append(problems, id+": not in gen.ClientInterface, run make generate")
		}
		if !slices.Contains(handlers, method) {
			problems = append(problems, id+": not in gen.ServerInterface, run make generate")
		}
		switch status, ok := reached[id]; {
		case !ok:
			problems = append(problems, id+": no method of package client sends it")
		case status != http.StatusOK:
			problems = append(problems, id+": fakegraph does not serve it")
		}
	}
	for _, id := range slices.Sorted(maps.Keys(reached)) {
		if !slices.Contains(operationIDs(doc), id) {
			problems = append(problems, id+": sent, and not in the document")
		}
	}
	return problems
}

// reachedOperations calls every method of a client and asks the fake what arrived.
func reachedOperations(t *testing.T) map[string]int {
	t.Helper()
	fake := fakegraph.Start(t, fakegraph.WithStrictHeaders(),
		fakegraph.WithGroups(fakegraph.Group{ID: clienttest.GroupID, Subject: "Allotment"}))
	c, err := client.New(client.StaticToken(clienttest.Token), client.WithBaseURL(fake.URL()), clienttest.NoRetries)
	clienttest.WantClass(t, err, nil)
	for _, op := range clienttest.Operations {
		_ = op.Call(t.Context(), c, clienttest.GroupID) // a failure shows in the status
	}
	reached := map[string]int{}
	for _, r := range fake.Requests() {
		// One good response is enough: the photo of the tests ends behind its header, which the fake does not take.
		id := map[string]string{
			fakegraph.GetGroup: "getGroupInfo", fakegraph.UpdateGroup: "updateGroupSettings",
			fakegraph.SetGroupPhoto: "updateGroupSettings", fakegraph.DeleteGroup: "deleteGroup",
		}[r.Op]
		if reached[id] != http.StatusOK {
			reached[id] = r.Status
		}
	}
	return reached
}

func TestContractOperations(t *testing.T) {
	wantProblems(t, operationGaps(contract(t), methodsOf[gen.ClientInterface](), methodsOf[gen.ServerInterface](),
		reachedOperations(t)))
}

func TestContractOperationsReports(t *testing.T) {
	doc := contract(t)
	doc.Paths.Set("/{Version}/{group_id}/members", &openapi3.PathItem{Put: &openapi3.Operation{OperationID: "addMember"}})
	doc.Paths.Value(contractPath).Delete.OperationID = "removeGroup"
	reached := reachedOperations(t)
	reached["getGroupInfo"] = http.StatusNotImplemented
	wantProblems(t, operationGaps(doc, methodsOf[gen.ClientInterface](), methodsOf[gen.ServerInterface](), reached),
		"addMember: not in gen.ClientInterface, run make generate",
		"addMember: not in gen.ServerInterface, run make generate",
		"addMember: no method of package client sends it",
		"getGroupInfo: fakegraph does not serve it",
		"removeGroup: not in gen.ClientInterface, run make generate",
		"removeGroup: not in gen.ServerInterface, run make generate",
		"removeGroup: no method of package client sends it",
		"deleteGroup: sent, and not in the document",
	)
}

// Every exported method of a Client stands in the table of operations, so that no gate overlooks one.
func TestContractCallsAreListed(t *testing.T) {
	var listed []string
	for _, op := range clienttest.Operations {
		listed = append(listed, op.Name)
	}
	listed = append(listed, "CloseIdleConnections", "Format", "WithTokenSource") // they send nothing
	slices.Sort(listed)
	wantProblems(t, clientMethods(), listed...)
}
