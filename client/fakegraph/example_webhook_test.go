package fakegraph_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/webhook"
)

// What does my program do when WhatsApp accepts a change and refuses a part of it a minute later? In a bubble, that
// minute takes no time.
func ExampleWithWebhook() {
	t := new(testing.T) // a test has one
	synctest.Test(t, func(t *testing.T) {
		var outcomes webhook.Outcomes
		receiver, err := webhook.NewHandler(webhook.Config{
			VerifyToken: "verify-token", AppSecrets: []string{"app-secret"}, Receive: outcomes.Receive,
		})
		if err != nil {
			t.Fatal(err)
		}
		fake, err := fakegraph.New(fakegraph.WithGroups(allotment()), fakegraph.WithWebhook(fakegraph.Webhook{
			Handler: receiver, VerifyToken: "verify-token", AppSecret: "app-secret", Delay: time.Minute,
		}))
		if err != nil {
			t.Fatal(err)
		}
		defer fake.Close()
		c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
		if err != nil {
			t.Fatal(err)
		}

		err = fake.FailNext(fakegraph.Fault{Op: fakegraph.UpdateGroup, Webhook: fakegraph.WebhookFault{
			RefuseCode: 131208, RefuseSettings: []string{"subject"},
		}})
		if err != nil {
			t.Fatal(err)
		}
		update := client.GroupUpdate{Subject: new("Café 2026"), Description: new("Water rota")}
		receipt, err := c.UpdateGroup(context.Background(), allotment().ID, update)
		if err != nil {
			t.Fatal(err)
		}
		event, err := outcomes.Wait(context.Background(), receipt)
		fmt.Println("in part:", client.Class(err) == client.ErrPartial)
		for _, s := range event.Settings {
			fmt.Println(s.Setting, s.Requested, s.Status == webhook.Applied)
		}
		group, _ := fake.Group(allotment().ID)
		fmt.Println(group.Subject, "/", group.Description)
	})
	// Output:
	// in part: true
	// description Water rota true
	// subject Café 2026 false
	// Allotment Neighbours / Water rota
}

// What did the receiver get, and how did it respond? Here it has failed once.
func ExampleServer_Deliveries() {
	t := new(testing.T) // a test has one
	synctest.Test(t, func(t *testing.T) {
		statuses := []int{500, 200}
		fake, err := fakegraph.New(fakegraph.WithGroups(allotment()), fakegraph.WithWebhook(fakegraph.Webhook{
			AppSecret: "app-secret",
			Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(statuses[0])
				statuses = statuses[1:]
			}),
		}))
		if err != nil {
			t.Fatal(err)
		}
		defer fake.Close()
		c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
		if err != nil {
			t.Fatal(err)
		}
		receipt, err := c.UpdateGroup(context.Background(), allotment().ID, client.GroupUpdate{Subject: new("Shed")})
		if err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Minute)
		for _, d := range fake.Deliveries() {
			fmt.Println(d.Number, d.Method, d.Attempt, d.Status, d.RequestIDs[0] == receipt.RequestID)
		}
	})
	// Output:
	// 1 POST 1 500 true
	// 2 POST 2 200 true
}
