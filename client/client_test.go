package client_test

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"sync"
	"testing"

	"github.com/wagroups/wagroups-go/api"
	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestNewWithoutATokenSource(t *testing.T) {
	c, err := client.New(nil)
	if c != nil {
		t.Error("a client together with an error")
	}
	clienttest.WantArgument(t, err, "ts")
}

func TestDefaultsComeFromTheContract(t *testing.T) {
	clienttest.Equal(t, "version", client.DefaultAPIVersion, api.Version())
	clienttest.Equal(t, "server", client.DefaultBaseURL, "https://graph.facebook.com")
}

func TestEveryOperation(t *testing.T) {
	s := clienttest.Serve(t, clienttest.Success)
	c := s.Client()
	for _, op := range clienttest.Operations {
		clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
	}
	clienttest.Equal(t, "requests", s.Requests(), len(clienttest.Operations))
}

func TestOneClientServesManyGoroutines(t *testing.T) {
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			clienttest.Respond(http.StatusOK, `{"id":"`+path.Base(r.URL.Path)+`"}`)(w, r)
		default:
			clienttest.Respond(http.StatusOK, `{"request_id":"`+path.Base(r.URL.Path)+`"}`)(w, r)
		}
	})
	c := s.Client(client.WithAppSecret(clienttest.AppSecret), client.WithObserver(func(context.Context, client.Attempt) {}))
	var callers sync.WaitGroup
	for i := range 16 {
		callers.Go(func() {
			id := fmt.Sprintf("group%d", i)
			ctx, info := client.WithCallInfo(t.Context())
			group, err := c.GetGroup(ctx, id)
			if err != nil || group.ID != id || info.StatusCode != http.StatusOK {
				t.Errorf("group %v, error %v, %+v", group, err, info)
			}
			for _, change := range []func() (*client.Receipt, error){
				func() (*client.Receipt, error) { return c.UpdateGroup(ctx, id, client.GroupUpdate{Subject: new(id)}) },
				func() (*client.Receipt, error) { return c.SetGroupPhoto(ctx, id, clienttest.Photo()) },
				func() (*client.Receipt, error) { return c.DeleteGroup(ctx, id) },
			} {
				if receipt, err := change(); err != nil || receipt.RequestID != id {
					t.Errorf("receipt %v, error %v", receipt, err)
				}
			}
		})
	}
	callers.Wait()
	clienttest.Equal(t, "requests", s.Requests(), 64)
}
