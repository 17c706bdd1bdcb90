package conformance

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
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
					fake, err := fakegraph.New(fakegraph.WithGroups(fakegraph.Group{ID: plantedGroup, Subject: oldSubject}))
					if err != nil {
						t.Fatal(err)
					}
					fake.FailNext(fakegraph.Fault{DropAfter: true})
					n := newCellNet(p.major, fake.Handler())
					c, err := client.New(client.StaticToken(plantedToken), clienttest.NoRetries, client.WithBaseURL(clienttest.PipeURL),
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
					clienttest.WantClass(t, op.Call(t.Context(), c, plantedGroup), client.ErrAmbiguous)
					if left := n.close() + n.pending() + fake.PendingFaults(); left > 0 {
						t.Errorf("%d faults did not happen", left)
					}
				})
			})
		}
	}
}

// What a token source does between two attempts changes neither the class of what the server has said nor what is taken
// out of it.
func TestTokenSourceBetweenAttempts(t *testing.T) {
	const secondToken = "EAAsecond-token-of-the-conformance"
	for _, tt := range []struct {
		name  string
		then  func() (string, error) // what the second attempt gets
		class error
	}{
		{"another token", func() (string, error) { return secondToken, nil }, client.ErrInvalidRequest},
		{"an empty token", func() (string, error) { return "", nil }, client.ErrUnavailable},
		{"a token with a line break", func() (string, error) { return secondToken + "\n", nil }, client.ErrUnavailable},
		{"an error", func() (string, error) { return "", errAdapter }, client.ErrUnavailable},
		{"an error of this package", func() (string, error) {
			return "", fmt.Errorf("no token: %w", client.ErrUnauthorized)
		}, client.ErrUnavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked atomic.Int64
				first, second := `{"error":{"message":"`+plantedToken+`","code":2}}`,
					`{"error":{"message":"`+plantedToken+`","error_data":"`+secondToken+`","code":100}}`
				s := clienttest.Serve(t, clienttest.InTurn(clienttest.Respond(503, first), clienttest.Respond(400, second)))
				c := s.ClientOf(clienttest.TokenFunc(func(context.Context) (string, error) {
					if asked.Add(1) == 1 {
						return plantedToken, nil
					}
					return tt.then()
				}))
				_, err := c.GetGroup(t.Context(), plantedGroup)
				clienttest.WantClass(t, err, tt.class)
				secrets := clienttest.NewScanner(map[string]string{"the first token": plantedToken, "the second token": secondToken})
				for _, problem := range secrets.Scan(err) {
					t.Error(problem)
				}
			})
		})
	}
}

var errAdapter = errors.New("the adapter was pulled out")
