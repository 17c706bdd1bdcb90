package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// Can my token get into a log? Not through a configuration or a client that contains it.
func ExampleStaticToken() {
	config := struct {
		Graph string
		Token client.StaticToken
	}{client.DefaultBaseURL, "access-token"}

	fmt.Printf("%v %+v\n", config.Token, config)
	text, err := json.Marshal(config)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(text))
	c, err := client.New(config.Token)
	fmt.Printf("%+v %v\n", c, err)
	token, err := config.Token.Token(context.Background())
	fmt.Println(token, err)
	// Output:
	// [redacted] {Graph:https://graph.facebook.com Token:[redacted]}
	// {"Graph":"https://graph.facebook.com","Token":"[redacted]"}
	// client.Client <nil>
	// access-token <nil>
}

// My app requires proofs: how do I send them?
func ExampleWithAppSecret() {
	fake := startFake(fakegraph.WithAppSecret("app-secret"))
	defer fake.Close()

	for _, options := range [][]client.Option{nil, {client.WithAppSecret("app-secret")}} {
		options = append(options, client.WithBaseURL(fake.URL()))
		c, err := client.New(client.StaticToken("access-token"), options...)
		if err != nil {
			log.Fatal(err)
		}
		_, err = c.GetGroup(context.Background(), groupID)
		fmt.Println("options:", len(options), "refused:", errors.Is(err, client.ErrUnauthorized))
	}
	// Output:
	// options: 1 refused: true
	// options: 2 refused: false
}
