// Consumer prints the subject of one group. It imports package client and nothing else of the module.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := run(ctx, os.Getenv("GROUP_ID"), os.Getenv("WHATSAPP_ACCESS_TOKEN")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, groupID, token string) error {
	groups, err := client.New(client.StaticToken(token), client.WithUserAgent("consumer/1.0.0"))
	if err != nil {
		return err
	}
	ctx, info := client.WithCallInfo(ctx)
	group, err := groups.GetGroup(ctx, groupID, client.FieldSubject)
	if errors.Is(err, client.ErrNotFound) {
		return errors.New("there is no such group")
	}
	if failure, ok := errors.AsType[*client.Error](err); ok {
		return fmt.Errorf("%w (trace %s)", failure, info.TraceID)
	}
	if err != nil {
		return err
	}
	fmt.Println(group.Subject)
	return nil
}
