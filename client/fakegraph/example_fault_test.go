package fakegraph_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// What does my program do if the connection is lost after the change was made?
func ExampleFault() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{DropAfter: true})
	_, err = c.UpdateGroup(context.Background(), "Z3JvdXA", client.GroupUpdate{Subject: new("Allotment 2026")})
	group, _ := fake.Group("Z3JvdXA")
	fmt.Println("ambiguous:", errors.Is(err, client.ErrAmbiguous), "and in truth:", group.Subject)
	// Output: ambiguous: true and in truth: Allotment 2026
}

// What does my program do if a response is missing or incomplete?
func ExampleFault_network() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()),
		client.WithRetryPolicy(client.RetryPolicy{}))
	if err != nil {
		log.Fatal(err)
	}

	for _, fault := range []fakegraph.Fault{{DropBefore: true}, {CutAfter: 10}} {
		fake.FailNext(fault)
		_, err := c.GetGroup(context.Background(), "Z3JvdXA")
		fmt.Println("unavailable:", errors.Is(err, client.ErrUnavailable))
	}
	// Output:
	// unavailable: true
	// unavailable: true
}

// What does my program do with responses that do not come from Graph?
func ExampleFault_answers() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()),
		client.WithRetryPolicy(client.RetryPolicy{}))
	if err != nil {
		log.Fatal(err)
	}

	for _, fault := range []fakegraph.Fault{
		{HTML: true}, // a page with status 200, as from a gateway
		{Status: 502, Body: "<h1>Bad gateway</h1>"},
		{ContentType: "text/javascript"}, // Graph's own response with another Content-Type
		{Endless: true},
	} {
		fake.FailNext(fault)
		_, err := c.GetGroup(context.Background(), "Z3JvdXA")
		fmt.Println(errors.Is(err, client.ErrMalformedResponse), errors.Is(err, client.ErrUnavailable), err == nil)
	}
	// Output:
	// true false false
	// false true false
	// false false true
	// true false false
}

// How do I make any error of Graph, here after the change was made?
func ExampleFault_graphError() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{
		Executed: true, Status: 500,
		Code: 2, Subcode: 99, Type: "OAuthException", Message: "(#2) Down", Details: "Retry.",
		Transient: true, UserTitle: "Sorry", UserMessage: "Something went wrong.",
	})
	_, err = c.UpdateGroup(context.Background(), "Z3JvdXA", client.GroupUpdate{Subject: new("Allotment 2026")})
	fmt.Println(err)
	group, _ := fake.Group("Z3JvdXA")
	fmt.Println(group.Subject)
	// Output:
	// wagroups: UpdateGroup: unavailable: (#2) Down: Retry.: Sorry: Something went wrong. (HTTP status 500, code 2, subcode 99, trace ID Fake00000001)
	// Allotment 2026
}

// How long does my program wait if Graph says how long?
func ExampleFault_throttled() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC)
	for _, fault := range []fakegraph.Fault{
		{Status: 429, Code: 4, RetryAfter: "30"},
		{Status: 429, Code: 4, RetryAfter: noon.Add(time.Minute).Format(http.TimeFormat), Date: noon},
		{Status: 429, Code: 80008, RegainAccess: 5},
	} {
		c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
		if err != nil {
			log.Fatal(err)
		}
		fake.FailNext(fault)
		_, err = c.GetGroup(context.Background(), "Z3JvdXA")
		if graph, ok := errors.AsType[*client.Error](err); ok {
			fmt.Println(graph.RetryAfter)
		}
	}
	// Output:
	// 30s
	// 1m0s
	// 5m0s
}

// What if the body of the response is good and its header is not?
func ExampleFault_header() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{ServedVersion: "v99.0", Header: http.Header{"X-App-Usage": {"{broken"}}})
	ctx, info := client.WithCallInfo(context.Background())
	group, err := c.GetGroup(ctx, "Z3JvdXA")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Subject, "by", info.APIVersion, "with", info.Usage.App.CallCount, "% used")
	// Output: Allotment Neighbours by v99.0 with 0 % used
}

// How do I make only updates fail, and how do I make sure that they did?
func ExampleServer_FailNext() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
	if err != nil {
		log.Fatal(err)
	}

	err = fake.FailNext(
		fakegraph.Fault{Op: fakegraph.UpdateGroup, Times: 2, Status: 403, Code: 10},
		fakegraph.Fault{Op: fakegraph.SetGroupPhoto, GroupID: "Z3JvdXA", Status: 403, Code: 10},
		fakegraph.Fault{Op: fakegraph.DeleteGroup, Delay: time.Second},
	)
	if err != nil { // a fault that can never happen
		log.Fatal(err)
	}
	_, err = c.GetGroup(context.Background(), "Z3JvdXA")
	fmt.Println("read:", err == nil)
	_, err = c.UpdateGroup(context.Background(), "Z3JvdXA", client.GroupUpdate{Subject: new("Allotment 2026")})
	fmt.Println("updated:", err == nil)
	fmt.Println("faults left:", fake.PendingFaults())
	// Output:
	// read: true
	// updated: false
	// faults left: 3
}
