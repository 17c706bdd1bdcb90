package webhook_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/webhook"
)

const (
	exampleGroup  = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
	exampleSecret = "0123456789abcdef0123456789abcdef"
)

// A change, from its acceptance to its outcome. The fake server takes the place of WhatsApp.
func Example() {
	var outcomes webhook.Outcomes
	handler, err := webhook.NewHandler(webhook.Config{
		VerifyToken: "allotment-2026",
		AppSecrets:  []string{exampleSecret},
		Receive:     outcomes.Receive,
	})
	if err != nil {
		log.Fatal(err)
	}
	program := httptest.NewServer(handler)
	defer program.Close()

	fake, err := fakegraph.New(
		fakegraph.WithGroups(fakegraph.Group{ID: exampleGroup, Subject: "Allotment"}),
		fakegraph.WithWebhook(fakegraph.Webhook{
			URL: program.URL, VerifyToken: "allotment-2026", AppSecret: exampleSecret, Delay: time.Millisecond,
		}))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
	if err != nil {
		log.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	receipt, err := c.UpdateGroup(ctx, exampleGroup, client.GroupUpdate{Subject: new("Allotment 2026")})
	if err != nil {
		log.Fatal(err)
	}
	event, err := outcomes.Wait(ctx, receipt)
	switch {
	case errors.Is(err, client.ErrAmbiguous):
		fmt.Println("no webhook came in time: read the group")
	case err != nil:
		fmt.Println("not applied:", err)
	default:
		fmt.Println(event.Settings[0].Setting, event.Settings[0].Status)
	}
	// Output: subject applied
}

// An endpoint of your own, which handles each event once.
func ExampleParseRequest() {
	done := map[string]bool{} // in earnest a table with a unique key, so that two deliveries cannot both insert it
	endpoint := func(w http.ResponseWriter, r *http.Request) {
		events, err := webhook.ParseRequest(r, exampleSecret)
		switch {
		case errors.Is(err, client.ErrMalformedResponse):
			return // it would come again for days
		case err != nil:
			w.WriteHeader(http.StatusForbidden)
			return
		}
		for _, event := range events {
			if !done[event.Key()] {
				done[event.Key()] = true
				fmt.Println(event)
			}
		}
	}
	program := httptest.NewServer(http.HandlerFunc(endpoint))
	defer program.Close()
	deliver(program.URL)
	deliver(program.URL)
	// Output: group_delete, request R-1, 2025-10-09T08:53:20Z: no failure
}

// deliver does what WhatsApp does; your tests can do the same.
func deliver(url string) {
	const body = `{"object":"whatsapp_business_account","entry":[{"id":"100200300400500","changes":[
		{"field":"group_lifecycle_update","value":{"messaging_product":"whatsapp",
		"metadata":{"display_phone_number":"15550100011","phone_number_id":"600700800900100"},
		"groups":[{"timestamp":"1760000000","group_id":"` + exampleGroup + `","type":"group_delete","request_id":"R-1"}]}}]}]}`
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		log.Fatal(err)
	}
	r.Header.Set(webhook.SignatureHeader, webhook.Sign([]byte(body), exampleSecret))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		log.Fatal(err)
	}
	_ = resp.Body.Close()
}

// The receipt of a deletion may have no request ID: wait for an event about the group.
func ExampleOutcomes_WaitFunc() {
	var outcomes webhook.Outcomes
	// For the example, the webhook came before the wait.
	deleted := &webhook.Event{Type: webhook.TypeGroupDelete, GroupID: exampleGroup}
	if err := outcomes.Receive(context.Background(), deleted); err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	_, err := outcomes.WaitFunc(ctx, func(e *webhook.Event) bool {
		return e.Type == webhook.TypeGroupDelete && e.GroupID == exampleGroup
	})
	fmt.Println("deleted:", err == nil)
	// Output: deleted: true
}
