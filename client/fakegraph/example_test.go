package fakegraph_test

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// allotment is the group of these examples.
func allotment() fakegraph.Group {
	return fakegraph.Group{
		ID:           "Z3JvdXA",
		Subject:      "Allotment Neighbours",
		Participants: []fakegraph.Participant{{WaID: "15550100001"}},
	}
}

// get asks for some fields of the group by plain net/http, without a socket.
func get(fake *fakegraph.Server, fields string) string {
	url := fake.URL() + "/v23.0/Z3JvdXA?fields=" + fields
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
	return fmt.Sprint(resp.StatusCode, " ", string(body))
}

// Any program can talk to the fake, this one without a socket. In a test, Start is shorter.
func Example() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	fmt.Println(get(fake, "subject,total_participant_count"))
	fake.FailNext(
		fakegraph.Fault{Status: 503, Body: "Service Unavailable", ContentType: "text/plain"},
		fakegraph.Fault{Status: 429, Code: 4, Message: "(#4) Too many calls"},
	)
	fmt.Println(get(fake, "subject"))
	fmt.Println(get(fake, "subject"))
	// Output:
	// 200 {"id":"Z3JvdXA","messaging_product":"whatsapp","subject":"Allotment Neighbours","total_participant_count":1}
	// 503 Service Unavailable
	// 429 {"error":{"code":4,"fbtrace_id":"Fake00000003","message":"(#4) Too many calls","type":"OAuthException"}}
}

// What has my program sent?
func ExampleServer_Requests() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	get(fake, "subject")
	for _, r := range fake.Requests() {
		fmt.Println(r.Number, r.Method, r.Path, r.Query.Get("fields"), "status", r.Status)
		fmt.Println(r.Header.Get("User-Agent"), "token kept:", r.Header.Get("Authorization") != "")
		fmt.Println("read:", r.Op == fakegraph.GetGroup, "body:", r.BodyBytes, r.ContentType)
	}
	// Output:
	// 1 GET /v23.0/Z3JvdXA subject status 200
	// example/1.0.0 token kept: false
	// read: true body: 0
}
