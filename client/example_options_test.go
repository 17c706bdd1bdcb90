package client_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"net/http"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// How do I set server, version and time limits with flags?
func ExampleOption() {
	fake := startFake()
	defer fake.Close()
	args := []string{"-graph", fake.URL(), "-timeout", "30s"}

	flags := flag.NewFlagSet("allotment", flag.ContinueOnError)
	graph := flags.String("graph", client.DefaultBaseURL, "the Graph API")
	version := flags.String("version", client.DefaultAPIVersion, "its version")
	timeout := flags.Duration("timeout", 0, "of a call")
	if err := flags.Parse(args); err != nil {
		log.Fatal(err)
	}

	options := []client.Option{client.WithBaseURL(*graph), client.WithAPIVersion(*version)}
	if *timeout > 0 {
		options = append(options, client.WithTimeout(*timeout))
	}
	c, err := client.New(client.StaticToken("access-token"), options...)
	if err != nil {
		log.Fatal(err)
	}
	group, err := c.GetGroup(context.Background(), groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Subject)
	// Output: Allotment Neighbours
}

// How do I notice that the requested version has expired?
func ExampleWithAPIVersion() {
	fake := startFake()
	defer fake.Close()
	const version = "v17.0"
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithAPIVersion(version))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{ServedVersion: "v19.0"})
	ctx, info := client.WithCallInfo(context.Background())
	if _, err := c.GetGroup(ctx, groupID); err != nil {
		log.Fatal(err)
	}
	if info.APIVersion != version {
		fmt.Println("asked for", version, "and served by", info.APIVersion)
	}
	// Output: asked for v17.0 and served by v19.0
}

// How do I change the transport? Clients that share a transport share its connections.
func ExampleWithHTTPClient() {
	fake := startFake()
	defer fake.Close()
	transport := client.NewTransport()
	transport.MaxConnsPerHost = 4
	defer transport.CloseIdleConnections()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithHTTPClient(&http.Client{Transport: transport}))
	if err != nil {
		log.Fatal(err)
	}
	group, err := c.GetGroup(context.Background(), groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Subject)
	// Output: Allotment Neighbours
}

// How long does a call take at most, if its context has no deadline?
func ExampleWithTimeout() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithTimeout(20*time.Millisecond))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{Stall: true})
	_, err = c.GetGroup(context.Background(), groupID)
	fmt.Println("the time was up:", errors.Is(err, context.DeadlineExceeded))
	// Output: the time was up: true
}

// What if one attempt hangs? The next one starts before the time of the call is over.
func ExampleWithAttemptTimeout() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithAttemptTimeout(20*time.Millisecond), client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 2}))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{Stall: true, Times: 2})
	_, err = c.GetGroup(context.Background(), groupID)
	if graph, ok := errors.AsType[*client.Error](err); ok {
		fmt.Println(graph.Attempts, "attempts, out of time:", errors.Is(err, context.DeadlineExceeded))
	}
	// Output: 2 attempts, out of time: true
}

// How can Meta see which program calls?
func ExampleWithUserAgent() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithUserAgent("allotment/1.2"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := c.GetGroup(context.Background(), groupID); err != nil {
		log.Fatal(err)
	}

	agent := fake.Requests()[0].Header.Get("User-Agent")
	fmt.Println(strings.HasPrefix(agent, "wagroups-go/"+client.Version), strings.HasSuffix(agent, " allotment/1.2"))
	// Output: true true
}
