package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"sync/atomic"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// vault keeps a token that is replaced while the program runs.
type vault struct{ current atomic.Value }

func (v *vault) Token(context.Context) (string, error) {
	token, ok := v.current.Load().(string)
	if !ok {
		return "", errors.New("the vault is empty")
	}
	return token, nil
}

// How do I rotate tokens? The client calls Token before every attempt.
func ExampleTokenSource() {
	fake := startFake(fakegraph.WithToken("token-of-today"))
	defer fake.Close()
	tokens := new(vault)
	c, err := client.New(tokens, client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

	_, err = c.GetGroup(context.Background(), groupID)
	fmt.Println(err)
	tokens.current.Store("token-of-yesterday")
	_, err = c.GetGroup(context.Background(), groupID)
	fmt.Println("expired:", errors.Is(err, client.ErrUnauthorized))
	tokens.current.Store("token-of-today")
	_, err = c.GetGroup(context.Background(), groupID)
	fmt.Println("renewed:", err == nil)
	// Output:
	// wagroups: GetGroup: request not sent: the token source returned an error: the vault is empty
	// expired: true
	// renewed: true
}
