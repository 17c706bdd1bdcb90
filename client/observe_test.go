package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// slow lets virtual time pass before it responds.
func slow(d time.Duration, h http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		wait(d)
		h(w, r)
	}
}

func TestObserver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		var seen []client.Attempt
		s := clienttest.Serve(t, clienttest.InTurn(
			slow(time.Second, clienttest.Respond(503, clienttest.GraphError(2),
				append(slices.Clone(describedHeaders), "Retry-After", "3")...)),
			slow(2*time.Second, clienttest.Success),
		))
		c := s.Client(client.WithObserver(func(ctx context.Context, a client.Attempt) {
			clienttest.Equal(t, "value of the context", ctx.Value(key{}), any("caller"))
			seen = append(seen, a)
		}))
		_, err := c.GetGroup(context.WithValue(t.Context(), key{}, "caller"), clienttest.GroupID)
		clienttest.WantClass(t, err, nil)
		if len(seen) != 2 {
			t.Fatalf("%d attempts", len(seen))
		}

		first := seen[0]
		clienttest.WantClass(t, first.Err, client.ErrUnavailable)
		clienttest.Equal(t, "code", clienttest.AsError(t, first.Err).Code, 2)
		clienttest.Equal(t, "usage", first.Usage.App.CallCount, 28)
		first.Err, first.Usage = nil, client.Usage{}
		clienttest.Equal(t, "first attempt", asText(first), asText(client.Attempt{
			Op: "GetGroup", Method: "GET", Number: 1, StatusCode: 503, Duration: time.Second, RetryIn: 3 * time.Second,
			WillRetry: true, APIVersion: "v24.0", TraceID: "Atrace",
		}))
		clienttest.Equal(t, "second attempt", asText(seen[1]), asText(client.Attempt{
			Op: "GetGroup", Method: "GET", Number: 2, StatusCode: 200, Duration: 2 * time.Second,
		}))
	})
}

func asText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// The error of an attempt is the one that the call returns if it is the last.
func TestObserverOfTheLastAttempt(t *testing.T) {
	for _, handler := range []http.HandlerFunc{clienttest.Respond(400, clienttest.GraphError(100)),
		clienttest.Respond(200, "<html>"), clienttest.Drop} {
		for _, op := range clienttest.Operations {
			seen, err := attemptsOf(t, clienttest.Serve(t, handler), op, clienttest.FastRetries(2))
			clienttest.Equal(t, op.Name, seen[len(seen)-1].Err.Error(), err.Error())
		}
	}
}

// Nothing is observed where nothing was tried.
func TestObserverOfNoAttempt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	c := clienttest.ServeNothing(t).
		Client(client.WithObserver(func(_ context.Context, a client.Attempt) { t.Errorf("%+v", a) }))
	for _, op := range clienttest.Operations {
		clienttest.WantClass(t, op.Call(ctx, c, clienttest.GroupID), client.ErrNotSent)
		clienttest.WantArgument(t, op.Call(t.Context(), c, ""), "groupID")
	}
}

// logged decodes the lines of a JSON log.
func logged(tb testing.TB, log *bytes.Buffer) []map[string]any {
	tb.Helper()
	var records []map[string]any
	for line := range strings.Lines(log.String()) {
		var r map[string]any
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			tb.Fatal(err)
		}
		records = append(records, r)
	}
	return records
}

func TestLogger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		s := clienttest.Serve(t, clienttest.InTurn(
			slow(time.Second, clienttest.Respond(503, clienttest.GraphError(2), "X-Fb-Trace-Id", "Atrace")),
			clienttest.Respond(200, `{"id":"g"}`, "Facebook-Api-Version", client.DefaultAPIVersion, "X-Fb-Trace-Id", "Btrace"),
		))
		_, err := s.Client(clienttest.FastRetries(2), client.WithLogger(slog.New(slog.NewJSONHandler(&log, nil)))).
			GetGroup(t.Context(), clienttest.GroupID)
		clienttest.WantClass(t, err, nil)
		for _, r := range logged(t, &log) {
			clienttest.Equal(t, "attributes", strings.Join(slices.Sorted(maps.Keys(r)), " "),
				"attempt class code duration level method msg operation status time trace_id")
		}
		second := strings.LastIndex(strings.TrimSpace(log.String()), "\n") + 1
		clienttest.Equal(t, "first record", log.String()[:second], `{"time":"2000-01-01T00:00:01Z","level":"WARN",`+
			`"msg":"whatsapp group request","operation":"GetGroup","method":"GET","status":503,"class":"unavailable","code":2,"duration":1000000000,`+
			`"attempt":1,"trace_id":"Atrace"}`+"\n")
		for _, part := range []string{
			`"level":"INFO"`, `"status":200`, `"duration":0`, `"attempt":2`, `"trace_id":"Btrace"`,
		} {
			if !strings.Contains(log.String()[second:], part) {
				t.Errorf("second record lacks %s: %s", part, log.String()[second:])
			}
		}
	})
}

func TestServedVersionIsReportedOnce(t *testing.T) {
	for _, tt := range []struct {
		name, served string
		handler      http.HandlerFunc
		warnings     int
	}{
		{"the one that was asked for", "v24.0", clienttest.Success, 0},
		{"none", "", clienttest.Success, 0},
		{"another", "v25.0", clienttest.Success, 1},
		{"another, in a failure", "v25.0", clienttest.Respond(400, clienttest.GraphError(100)), 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Facebook-Api-Version", tt.served)
				tt.handler(w, r)
			})
			c := s.Client(client.WithAPIVersion("v24.0"), client.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))))
			for range 3 {
				for _, op := range clienttest.Operations {
					_ = op.Call(t.Context(), c, clienttest.GroupID)
				}
			}
			warnings := 0
			for _, r := range logged(t, &log) {
				if r["asked"] == nil {
					continue
				}
				warnings++
				clienttest.Equal(t, "level", r["level"], any("WARN"))
				clienttest.Equal(t, "asked", r["asked"], any("v24.0"))
				clienttest.Equal(t, "served", r["served"], any(tt.served))
			}
			clienttest.Equal(t, "warnings", warnings, tt.warnings)
		})
	}
}

// Neither the first warning about the version nor any other record, nor the observer, is written under a lock.
func TestLogAndObserverMayCallTheClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // which ends a test that is stuck
		var c *client.Client
		records, attempts := 0, 0
		again := func(n *int) {
			if *n++; *n < 10 {
				clienttest.WantClass(t, clienttest.Outcome(c.GetGroup(t.Context(), clienttest.GroupID)), client.ErrUnavailable)
			}
		}
		s := clienttest.Serve(t, clienttest.Respond(503, "", "Facebook-Api-Version", "v99.0"))
		c = s.Client(clienttest.FastRetries(2), client.WithLogger(slog.New(recordFunc(func() { again(&records) }))),
			client.WithObserver(func(context.Context, client.Attempt) { again(&attempts) }))
		again(&records)
		clienttest.Equal(t, "records and attempts, 9 calls each and more", records >= 10 && attempts >= 10, true)
	})
}

// recordFunc is a slog.Handler.
type recordFunc func()

func (recordFunc) Enabled(context.Context, slog.Level) bool    { return true }
func (f recordFunc) Handle(context.Context, slog.Record) error { f(); return nil }
func (f recordFunc) WithAttrs([]slog.Attr) slog.Handler        { return f }
func (f recordFunc) WithGroup(string) slog.Handler             { return f }

// What a server writes into a header does not get into a log unless it looks like a trace ID.
func TestTraceIDsThatAreLogged(t *testing.T) {
	for _, tt := range []struct{ name, id, want string }{
		{"none", "", ""},
		{"letters and digits", "BZq3v7kPp1d", "BZq3v7kPp1d"},
		{"base64", "AZaz09+/-_.", "AZaz09+/-_."},
		{"40 characters", strings.Repeat("x", 40), strings.Repeat("x", 40)},
		{"41 characters", strings.Repeat("x", 41), "invalid"},
		{"a space", "a b", "invalid"},
		{"an escape sequence", "a\x1b[31m", "invalid"},
		{"an accent", "é", "invalid"},
		{"a part of the markup", `"}`, "invalid"},
		{"the token", clienttest.Token, "invalid"},
		{"the group ID", clienttest.GroupID, "invalid"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			body := asText(map[string]any{"error": map[string]any{"code": 100, "fbtrace_id": tt.id}})
			c := clienttest.Serve(t, clienttest.Respond(http.StatusBadRequest, body)).Client(
				client.WithLogger(slog.New(slog.NewJSONHandler(&log, nil))),
				client.WithObserver(func(_ context.Context,
					a client.Attempt) {
					clienttest.Equal(t, "attempt", a.TraceID, tt.want)
				}))
			_, err := c.GetGroup(t.Context(), clienttest.GroupID)
			clienttest.WantClass(t, err, client.ErrInvalidRequest)
			clienttest.Equal(t, "log", logged(t, &log)[0]["trace_id"], any(tt.want))
		})
	}
}
