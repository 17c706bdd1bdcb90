package conformance

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A Doer that sends a request again by itself, as many wrappers do, must not make a lost change look like one that was
// never sent, even if its own second try gets no connection.
func TestDoerThatRepeatsByItself(t *testing.T) {
	for _, p := range protocols {
		for _, op := range clienttest.Operations {
			if !op.Change {
				continue
			}
			t.Run(op.Name+"/"+p.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					fake, err := fakegraph.New(fakegraph.WithStrictHeaders(), fakegraph.WithGroups(fakegraph.Group{
						ID: clienttest.GroupID, Subject: oldSubject}))
					if err != nil {
						t.Fatal(err)
					}
					fake.FailNext(fakegraph.Fault{DropAfter: true})
					n := newCellNet(p.major, fake.Handler())
					c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries,
						client.WithBaseURL(clienttest.PipeURL),
						client.WithHTTPClient(clienttest.DoerFunc(func(req *http.Request) (*http.Response, error) {
							if _, err := n.transport.RoundTrip(req); err == nil {
								t.Error("the first try was answered")
							}
							n.transport.CloseIdleConnections()
							synctest.Wait()
							n.refuse(1)
							again := req.Clone(req.Context())
							if req.GetBody != nil {
								again.Body, _ = req.GetBody()
							}
							return n.transport.RoundTrip(again)
						})))
					if err != nil {
						t.Fatal(err)
					}
					clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), client.ErrAmbiguous)
					if left := n.close() + n.pending() + fake.PendingFaults(); left > 0 {
						t.Errorf("%d faults did not happen", left)
					}
				})
			})
		}
	}
}
