package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"golang.org/x/time/rate"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// A batch job can wait longer than a person. If nothing else changes its groups, it can also retry updates whose
// response was lost.
func ExampleRetryPolicy() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithRetryPolicy(client.RetryPolicy{
			MaxAttempts: 6, BaseDelay: 10 * time.Millisecond, MaxDelay: time.Minute, RetryUpdates: true,
		}))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{DropAfter: true}, fakegraph.Fault{Status: 503})
	ctx, info := client.WithCallInfo(context.Background())
	if _, err := c.UpdateGroup(ctx, groupID, client.GroupUpdate{Subject: new("Allotment 2026")}); err != nil {
		log.Fatal(err)
	}
	fmt.Println("attempts:", info.Attempts)
	// Output: attempts: 3
}

// How do I turn retries off?
func ExampleWithRetryPolicy() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithRetryPolicy(client.RetryPolicy{}))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{Status: 503})
	_, err = c.GetGroup(context.Background(), groupID)
	fmt.Println(errors.Is(err, client.ErrUnavailable), "after", len(fake.Requests()), "request")
	// Output: true after 1 request
}

// How do I stay below a rate limit? Here one request an hour, so that the second is not sent.
func ExampleWithLimiter() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithLimiter(rate.NewLimiter(rate.Every(time.Hour), 1)))
	if err != nil {
		log.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for range 2 {
		_, err := c.GetGroup(ctx, groupID)
		fmt.Println("sent:", !errors.Is(err, client.ErrNotSent))
	}
	// Output:
	// sent: true
	// sent: false
}
