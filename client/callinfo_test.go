package client_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
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
		want    client.CallInfo // but for Usage and Header
		failed  bool
	}{
		{
			"a success", func(w http.ResponseWriter, r *http.Request) {
				for i := 0; i < len(describedHeaders); i += 2 {
					w.Header().Set(describedHeaders[i], describedHeaders[i+1])
				}
				success(w, r)
			}, nil,
			client.CallInfo{StatusCode: 200, Attempts: 1, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, false,
		},
		{
			"an error", answer(400, graphError(100), describedHeaders...), nil,
			client.CallInfo{StatusCode: 400, Attempts: 1, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, true,
		},
		{
			"an error with a trace id of its own",
			answer(400, `{"error":{"code":100,"fbtrace_id":"Abody"}}`, describedHeaders...), nil,
			client.CallInfo{StatusCode: 400, Attempts: 1, APIVersion: "v24.0", TraceID: "Abody", RequestID: "Arequest"}, true,
		},
		{
			"an answer that makes no sense", answer(200, "<html>", describedHeaders...), []client.Option{noRetries},
			client.CallInfo{StatusCode: 200, Attempts: 1, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, true,
		},
		{
			"the last of several answers",
			inTurn(answer(503, "", "X-Fb-Trace-Id", "early"), answer(403, graphError(10), describedHeaders...)),
			[]client.Option{fastRetries(3)},
			client.CallInfo{StatusCode: 403, Attempts: 2, APIVersion: "v24.0", TraceID: "Atrace", RequestID: "Arequest"}, true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ctx, info := client.WithCallInfo(t.Context())
			err := operationNamed("GetGroup").call(ctx, serve(t, tt.handler).client(tt.opts...), testGroup)
			equal(t, "failed", err != nil, tt.failed)
			equal(t, "StatusCode", info.StatusCode, tt.want.StatusCode)
			equal(t, "Attempts", info.Attempts, tt.want.Attempts)
			equal(t, "APIVersion", info.APIVersion, tt.want.APIVersion)
			equal(t, "TraceID", info.TraceID, tt.want.TraceID)
			equal(t, "RequestID", info.RequestID, tt.want.RequestID)
			equal(t, "Usage", info.Usage.App.CallCount, 28)
			equal(t, "Header", info.Header.Get("X-Fb-Rev"), "1030000000")
		})
	}
}

func TestCallInfoOfEveryOperation(t *testing.T) {
	c := serve(t, success).client()
	ctx, info := client.WithCallInfo(t.Context())
	for _, op := range operations {
		info.Attempts = 99 // a further call with the same context overwrites it
		wantClass(t, op.call(ctx, c, testGroup), nil)
		equal(t, op.name+": StatusCode", info.StatusCode, http.StatusOK)
		equal(t, op.name+": Attempts", info.Attempts, 1)
	}
}

func TestCallInfoWithoutAnAnswer(t *testing.T) {
	ctx, info := client.WithCallInfo(t.Context())
	*info = client.CallInfo{StatusCode: 200, TraceID: "of the call before"}
	_, err := serve(t, drop).client(noRetries).GetGroup(ctx, testGroup)
	wantClass(t, err, client.ErrUnavailable)
	equal(t, "StatusCode", info.StatusCode, 0)
	equal(t, "Attempts", info.Attempts, 1)
	equal(t, "TraceID", info.TraceID, "")
	equal(t, "Header", info.Header == nil, true)
}

func TestCallInfoOfACallThatWasHeldBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := serve(t, answer(429, "", "Retry-After", "60")).client()
		_, err := c.GetGroup(t.Context(), testGroup)
		wantClass(t, err, client.ErrRateLimited)
		ctx, info := client.WithCallInfo(t.Context())
		_, err = c.GetGroup(ctx, testGroup)
		wantClass(t, err, client.ErrRateLimited)
		equal(t, "Attempts", info.Attempts, 0)
		equal(t, "StatusCode", info.StatusCode, 0)
	})
}

func TestCallInfoBelongsToItsContext(t *testing.T) {
	c := serve(t, success).client()
	outer, first := client.WithCallInfo(t.Context())
	inner, second := client.WithCallInfo(outer)
	inner, cancel := context.WithCancel(inner)
	defer cancel()
	wantClass(t, outcome(c.GetGroup(inner, testGroup)), nil)
	equal(t, "attempts in the outer one", first.Attempts, 0)
	equal(t, "attempts in the inner one", second.Attempts, 1)
}
