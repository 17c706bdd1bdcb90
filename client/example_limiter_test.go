package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"sync/atomic"

	"github.com/wagroups/wagroups-go/client"
)

// allowance is a limiter that allows a fixed number of requests.
type allowance struct{ left atomic.Int64 }

func (a *allowance) Wait(context.Context) error {
	if a.left.Add(-1) < 0 {
		return errors.New("the allowance of the day is used up")
	}
	return nil
}

// How do I write a limiter of my own?
func ExampleLimiter() {
	fake := startFake()
	defer fake.Close()
	limiter := new(allowance)
	limiter.left.Store(1)
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()), client.WithLimiter(limiter))
	if err != nil {
		log.Fatal(err)
	}

	for range 2 {
		_, err := c.GetGroup(context.Background(), groupID)
		fmt.Println(err)
	}
	// Output:
	// <nil>
	// wagroups: GetGroup: request not sent: the limiter returned an error: the allowance of the day is used up
}
