package client_test

import (
	"context"
	"fmt"
	"log"
	"net/http"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// traced records every attempt. It names no URL: that holds the group ID. It wraps a transport and not an http.Client,
// which would follow redirects.
type traced struct{ next http.RoundTripper }

func (t traced) Do(r *http.Request) (*http.Response, error) {
	fmt.Println("span starts:", r.Method)
	resp, err := t.next.RoundTrip(r)
	if err == nil {
		fmt.Println("span ends:", resp.StatusCode)
	}
	return resp, err
}

// How do I add tracing of my own?
func ExampleDoer() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithHTTPClient(traced{next: client.NewTransport()}))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{Status: 503})
	if _, err := c.GetGroup(context.Background(), groupID); err != nil {
		log.Fatal(err)
	}
	// Output:
	// span starts: GET
	// span ends: 503
	// span starts: GET
	// span ends: 200
}
