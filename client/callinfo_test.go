package client_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

var describedHeaders = []string{
	"Facebook-Api-Version", "v24.0", "X-Fb-Trace-Id", "Atrace", "X-Fb-Request-Id", "Arequest", "X-Fb-Rev", "1030000000",
	"X-App-Usage", `{"call_count":28}`,
}

func TestCallInfo(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		opts    []client.Option
		want    client.CallInfo // except Usage and Header
		failed  bool
	}{
		{
			"a success", func(w http.ResponseWriter, r *http.Request) {
				for i := 0; i < len(describedHeaders); i += 2 {
					w.Header().Set(describedHeaders[i], describedHeaders[i+1])
				}
				clienttest.Success(w, r)
			}, nil,
			client.CallInfo{StatusCode: 200, Attempts: 1, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, false,
		},
		{
			"an error", clienttest.Respond(400, clienttest.GraphError(100), describedHeaders...), nil,
			client.CallInfo{StatusCode: 400, Attempts: 1, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, true,
		},
		{
			"an error with a trace ID of its own",
			clienttest.Respond(400, `{"error":{"code":100,"fbtrace_id":"Abody"}}`, describedHeaders...), nil,
			client.CallInfo{StatusCode: 400, Attempts: 1, APIVersion: "v24.0", TraceID: "Abody", RequestID: "Arequest"}, true,
		},
		{
			"a response that makes no sense", clienttest.Respond(200, "<html>", describedHeaders...),
			[]client.Option{clienttest.NoRetries},
			client.CallInfo{StatusCode: 200, Attempts: 1, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, true,
		},
		{
			"the last of several responses",
			clienttest.InTurn(clienttest.Respond(503, "", "X-Fb-Trace-Id", "early"),
				clienttest.Respond(403, clienttest.GraphError(10), describedHeaders...)),
			[]client.Option{clienttest.FastRetries(3)},
			client.CallInfo{StatusCode: 403, Attempts: 2, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, info := client.WithCallInfo(t.Context())
			err := clienttest.OperationNamed("GetGroup").
				Call(ctx, clienttest.Serve(t, tt.handler).Client(tt.opts...), clienttest.GroupID)
			clienttest.Equal(t, "failed", err != nil, tt.failed)
			clienttest.Equal(t, "StatusCode", info.StatusCode, tt.want.StatusCode)
			clienttest.Equal(t, "Attempts", info.Attempts, tt.want.Attempts)
			clienttest.Equal(t, "APIVersion", info.APIVersion, tt.want.APIVersion)
			clienttest.Equal(t, "TraceID", info.TraceID, tt.want.TraceID)
			clienttest.Equal(t, "RequestID", info.RequestID, tt.want.RequestID)
			clienttest.Equal(t, "Usage", info.Usage.App.CallCount, 28)
			clienttest.Equal(t, "Header", info.Header.Get("X-Fb-Rev"), "1030000000")
		})
	}
}

func TestCallInfoWithoutAnAnswer(t *testing.T) {
	ctx, info := client.WithCallInfo(t.Context())
	*info = client.CallInfo{StatusCode: 200, TraceID: "of the call before"}
	_, err := clienttest.Serve(t, clienttest.Drop).Client(clienttest.NoRetries).GetGroup(ctx, clienttest.GroupID)
	clienttest.WantClass(t, err, client.ErrUnavailable)
	clienttest.Equal(t, "StatusCode", info.StatusCode, 0)
	clienttest.Equal(t, "Attempts", info.Attempts, 1)
	clienttest.Equal(t, "TraceID", info.TraceID, "")
	clienttest.Equal(t, "Header", info.Header == nil, true)
}

func TestCallInfoBelongsToItsContext(t *testing.T) {
	c := clienttest.Serve(t, clienttest.Success).Client()
	outer, first := client.WithCallInfo(t.Context())
	inner, second := client.WithCallInfo(outer)
	inner, cancel := context.WithCancel(inner)
	defer cancel()
	clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(inner, clienttest.GroupID)), nil)
	clienttest.Equal(t, "attempts in the outer one", first.Attempts, 0)
	clienttest.Equal(t, "attempts in the inner one", second.Attempts, 1)
}
