package main

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// One process receives the webhook for which another one waits.
func TestFleetAwaitsOutcomes(t *testing.T) {
	address := freeAddress(t)
	defer startRedis(t, address)()
	ctx, interrupt := context.WithCancel(t.Context())
	receiver := start(ctx, t, "", address, "-listen", "127.0.0.1:0")
	_, url, _ := strings.Cut(receiver.logs(t, "receiving webhooks"), "url=")
	fake := startFake(t, fakegraph.WithWebhook(fakegraph.Webhook{
		URL: url, AppSecret: appSecret, VerifyToken: verifyToken, Delay: 50 * time.Millisecond,
	}))
	if err := fake.PutGroup(fakegraph.Group{ID: groupID, Subject: "Before"}); err != nil {
		t.Fatal(err)
	}
	waiting := start(t.Context(), t, fake.URL(), address)
	waiting.feed(t, "allotment "+groupID+" Allotment Neighbours\n")
	if g, _ := fake.Group(groupID); g.Subject != "Allotment Neighbours" {
		t.Errorf("done while the subject was %q", g.Subject)
	}
	if err := fake.FailNext(fakegraph.Fault{Webhook: fakegraph.WebhookFault{RefuseCode: 131208}}); err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(waiting.in, "allotment "+groupID+" After\n")
	waiting.logs(t, `msg="line failed" line=2 error="wagroups: group_settings_update: rate limited: subject: `)
	_ = waiting.in.Close()
	if err := <-waiting.ended; err == nil || err.Error() != "1 line(s) failed" {
		t.Errorf("the error is %v", err)
	}
	interrupt()
	if err := <-receiver.ended; err != nil {
		t.Error(err)
	}
}
