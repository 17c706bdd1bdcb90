// Wrapped does with package client what program bare does without it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	if err := run(context.Background(), os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, token, groupID string) error {
	c, err := client.New(client.StaticToken(token))
	if err != nil {
		return err
	}
	group, err := c.GetGroup(ctx, groupID, client.FieldSubject)
	if err != nil {
		return err
	}
	fmt.Println(group.Subject)
	return nil
}
