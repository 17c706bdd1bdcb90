package fakegraph_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// Plain net/http against the fake, without a socket. In a test, Start is shorter.
func Example() {
	fake, err := fakegraph.New(fakegraph.WithGroups(fakegraph.Group{
		ID:           "Z3JvdXA",
		Subject:      "Allotment Neighbours",
		Participants: []fakegraph.Participant{{WaID: "15550100001"}},
	}))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	get := func() {
		url := fake.URL() + "/v23.0/Z3JvdXA?fields=subject,total_participant_count"
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, url, nil)
		if err != nil {
			log.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer any")
		req.Header.Set("User-Agent", "example/1.0.0")
		resp, err := fake.Doer().Do(req)
		if err != nil {
			log.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(resp.StatusCode, string(body))
	}

	get()
	fake.FailNext(
		fakegraph.Fault{Status: 503, Body: "Service Unavailable", ContentType: "text/plain"},
		fakegraph.Fault{Status: 429, Code: 4, Message: "(#4) Too many calls"},
	)
	get()
	get()
	for _, r := range fake.Requests() {
		fmt.Println(r.Number, r.Operation, r.Status)
	}

	// Output:
	// 200 {"id":"Z3JvdXA","messaging_product":"whatsapp","subject":"Allotment Neighbours","total_participant_count":1}
	// 503 Service Unavailable
	// 429 {"error":{"code":4,"fbtrace_id":"Fake00000003","message":"(#4) Too many calls","type":"OAuthException"}}
	// 1 getGroupInfo 200
	// 2 getGroupInfo 503
	// 3 getGroupInfo 429
}
