package conformance

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

const (
	oldSubject = "Allotment"
	newSubject = "Seed Swap"
)

// runner runs the calls of one cell.
type runner struct {
	cell   cell
	net    *cellNet
	fake   *fakegraph.Server
	client *client.Client

	log      bytes.Buffer
	attempts []client.Attempt
	printed  []any // all values that the caller gets into its hands

	mu     sync.Mutex
	proofs []string // that the client has sent
	wrong  int      // requests that came over another version of HTTP
}

// run runs a cell and returns what is wrong. It has to be called in a synctest bubble.
func (c cell) run(major int) (problems []string) {
	r := &runner{cell: c}
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if err := r.start(major); err != nil {
		return []string{err.Error()}
	}
	problems = append(problems, r.step(c.operation, c.Faults, c.Want)...)
	for i, then := range c.Then {
		if then.After > 0 {
			<-time.After(time.Duration(then.After))
		}
		op := c.operation
		if then.Operation != "" {
			op = then.Operation
		}
		for _, p := range r.step(op, then.Faults, then.Want) {
			report("then, call %d: %s", i+1, p)
		}
	}
	if n := r.net.close(); n > 0 {
		report("%d connections left open", n)
	}
	if err := r.fake.Close(); err != nil {
		report("closing the fake: %v", err)
	}
	if err := r.fake.Err(); err != nil {
		report("%v", err)
	}
	if r.wrong > 0 {
		report("%d requests did not come over HTTP/%d", r.wrong, major)
	}
	return append(problems, clienttest.Leaks(r.proofs, r.printed...)...)
}

func (r *runner) start(major int) (err error) {
	o := r.cell.Options
	clock := func() time.Time { return time.Now().Add(time.Duration(o.ServerClock)) }
	options := []fakegraph.Option{
		fakegraph.WithToken(clienttest.Token), fakegraph.WithStrictHeaders(), fakegraph.WithClock(clock),
		fakegraph.WithGroups(fakegraph.Group{
			ID: clienttest.GroupID, Subject: oldSubject, JoinApprovalMode: "auto_approve", CreationTimestamp: 683731200,
			Participants: []fakegraph.Participant{{WaID: "15550100001"}},
		}),
	}
	switch o.AppSecret {
	case "right":
		options = append(options, fakegraph.WithAppSecret(clienttest.AppSecret))
	case "wrong":
		options = append(options, fakegraph.WithAppSecret("another one"))
	}
	if r.fake, err = fakegraph.New(options...); err != nil {
		return err
	}
	r.net = newCellNet(major, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.mu.Lock()
		if req.ProtoMajor != major {
			r.wrong++
		}
		if proof := req.URL.Query().Get("appsecret_proof"); proof != "" {
			r.proofs = append(r.proofs, proof)
		}
		r.mu.Unlock()
		r.fake.Handler().ServeHTTP(w, req)
	}))
	r.client, err = r.newClient()
	return err
}

func (r *runner) newClient() (*client.Client, error) {
	o := r.cell.Options
	options := []client.Option{
		client.WithBaseURL(clienttest.PipeURL),
		client.WithHTTPClient(&http.Client{Transport: r.net.transport}),
		client.WithLogger(slog.New(slog.NewJSONHandler(&r.log, nil))),
		client.WithObserver(func(_ context.Context, a client.Attempt) { r.attempts = append(r.attempts, a) }),
	}
	if o.MaxAttempts != nil || o.BaseDelay != 0 || o.MaxDelay != 0 || o.RetryUpdates {
		policy := client.RetryPolicy{
			MaxAttempts: 3, RetryUpdates: o.RetryUpdates,
			BaseDelay: time.Duration(o.BaseDelay), MaxDelay: time.Duration(o.MaxDelay),
		}
		if o.MaxAttempts != nil {
			policy.MaxAttempts = *o.MaxAttempts
		}
		options = append(options, client.WithRetryPolicy(policy))
	}
	if o.AttemptTimeout != nil {
		options = append(options, client.WithAttemptTimeout(time.Duration(*o.AttemptTimeout)))
	}
	if o.Timeout != nil {
		options = append(options, client.WithTimeout(time.Duration(*o.Timeout)))
	}
	if o.AppSecret != "" {
		options = append(options, client.WithAppSecret(clienttest.AppSecret))
	}
	token := client.StaticToken(clienttest.Token)
	c, err := client.New(token, options...)
	r.printed = append(r.printed, token, options, c)
	return c, err
}

// step makes one call and compares what it comes to with what is wanted.
func (r *runner) step(op string, faults []faultData, want wantData) []string {
	for _, f := range faults {
		if f.Connection != "" {
			r.net.refuse(max(1, f.Times))
			continue
		}
		r.fake.FailNext(f.fault())
	}
	got := r.call(op)
	problems := want.compare(got)
	if n := r.fake.PendingFaults() + r.net.pending(); n > 0 {
		problems = append(problems, fmt.Sprintf("%d faults did not happen", n))
	}
	return problems
}
