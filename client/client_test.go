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
)

func TestNewWithoutATokenSource(t *testing.T) {
	c, err := client.New(nil)
	if c != nil {
		t.Error("a client together with an error")
	}
	wantArgument(t, err, "ts")
}

func TestDefaultsComeFromTheContract(t *testing.T) {
	equal(t, "version", client.DefaultAPIVersion, api.Version())
	equal(t, "server", client.DefaultBaseURL, "https://graph.facebook.com")
}

func TestEveryOperation(t *testing.T) {
	s := serve(t, success)
	c := s.client()
	for _, op := range operations {
		wantClass(t, op.call(t.Context(), c, testGroup), nil)
	}
	equal(t, "requests", s.requests(), len(operations))
}

func TestOneClientServesManyGoroutines(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			answer(http.StatusOK, `{"id":"`+path.Base(r.URL.Path)+`"}`)(w, r)
		default:
			answer(http.StatusOK, `{"request_id":"`+path.Base(r.URL.Path)+`"}`)(w, r)
		}
	})
	c := s.client(client.WithAppSecret(testSecret), client.WithObserver(func(context.Context, client.Attempt) {}))
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
				func() (*client.Receipt, error) { return c.SetGroupPhoto(ctx, id, photo()) },
				func() (*client.Receipt, error) { return c.DeleteGroup(ctx, id) },
			} {
				if receipt, err := change(); err != nil || receipt.RequestID != id {
					t.Errorf("receipt %v, error %v", receipt, err)
				}
			}
		})
	}
	callers.Wait()
	equal(t, "requests", s.requests(), 64)
}
