package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"log"
	"log/slog"
	"os"
	"time"

	"golang.org/x/time/rate"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const groupID = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"

// startFake stands in for Graph: a program leaves it out, and WithBaseURL with it.
func startFake() *fakegraph.Server {
	fake, err := fakegraph.New(fakegraph.WithGroups(fakegraph.Group{
		ID: groupID, Subject: "Allotment Neighbours", Description: "Seeds and the water rota.",
		Participants: []fakegraph.Participant{{WaID: "15550100001"}, {WaID: "15550100002"}},
	}))
	if err != nil {
		log.Fatal(err)
	}
	if err := fake.Listen("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	return fake
}

func Example() {
	fake := startFake()
	defer fake.Close()

	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()

	subject := "Allotment Neighbours 2026"
	receipt, err := c.UpdateGroup(ctx, groupID, client.GroupUpdate{Subject: &subject})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("accepted, the webhook will name request", receipt.RequestID)

	group, err := c.GetGroup(ctx, groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, %d participants\n", group.Subject, group.TotalParticipantCount)
	// Output:
	// accepted, the webhook will name request 106540352242922
	// Allotment Neighbours 2026, 2 participants
}

func ExampleClient_GetGroup() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

	group, err := c.GetGroup(context.Background(), groupID, client.FieldSubject, client.FieldParticipants)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Subject)
	for _, p := range group.Participants {
		fmt.Println("-", p.WaID)
	}
	fmt.Println("description known:", group.Has(client.FieldDescription))
	// Output:
	// Allotment Neighbours
	// - 15550100001
	// - 15550100002
	// description known: false
}

func ExampleClient_UpdateGroup() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

	// An empty description removes it; a nil one would leave it as it is.
	none := ""
	if _, err := c.UpdateGroup(context.Background(), groupID, client.GroupUpdate{Description: &none}); err != nil {
		log.Fatal(err)
	}
	group, err := c.GetGroup(context.Background(), groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q, has a description: %t\n", group.Subject, group.Has(client.FieldDescription))
	// Output: "Allotment Neighbours", has a description: false
}

func ExampleClient_SetGroupPhoto() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

	// Most programs pass an *os.File, which is sent without being read into memory.
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 640, 480)), nil); err != nil {
		log.Fatal(err)
	}
	_, err = c.SetGroupPhoto(context.Background(), groupID, &photo)
	fmt.Println(err)
	fmt.Println("requests sent:", len(fake.Requests()))
	// Output:
	// wagroups: jpeg: must be square, is 640 by 480 pixels
	// requests sent: 0
}

func ExampleClient_DeleteGroup() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

	// The answer to the first attempt is lost after the group was deleted.
	fake.FailNext(fakegraph.Fault{Operation: fakegraph.DeleteGroup, DropAfter: true})
	receipt, err := c.DeleteGroup(context.Background(), groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("sent more than once:", receipt.Repeated)
	// Output: sent more than once: true
}

func ExampleError() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

	_, err = c.GetGroup(context.Background(), "bm9zdWNoZ3JvdXA")
	switch {
	case errors.Is(err, client.ErrNotFound):
		if graph, ok := errors.AsType[*client.Error](err); ok {
			fmt.Println("not found, code", graph.Code)
		}
	case errors.Is(err, client.ErrRateLimited):
		fmt.Println("later")
	case err != nil:
		fmt.Println("something else:", err)
	}
	// Output: not found, code 131041
}

func ExampleError_rateLimited() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{Status: 429, Code: 131208, RetryAfter: "30"})
	_, err = c.GetGroup(context.Background(), groupID)
	if graph, ok := errors.AsType[*client.Error](err); ok && errors.Is(err, client.ErrRateLimited) {
		fmt.Println("come back in", graph.RetryAfter)
	}

	// Until then the client keeps to itself.
	_, err = c.GetGroup(context.Background(), groupID)
	fmt.Println(errors.Is(err, client.ErrRateLimited), "after", len(fake.Requests()), "request")
	// Output:
	// come back in 30s
	// true after 1 request
}

func ExampleArgumentError() {
	c, err := client.New(client.StaticToken("access-token"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.DeleteGroup(context.Background(), "../me")
	fmt.Println(err)
	// Output: wagroups: groupID: may contain letters, digits, _, = and - only; character 1 is '.'
}

func ExampleDecodeError() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithRetryPolicy(client.RetryPolicy{}))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{HTML: true})
	_, err = c.GetGroup(context.Background(), groupID)
	if decode, ok := errors.AsType[*client.DecodeError](err); ok {
		fmt.Println(decode.StatusCode, decode.ContentType)
	}
	// Output: 200 text/html; charset=utf-8
}

func ExampleWithCallInfo() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{Status: 503})
	ctx, info := client.WithCallInfo(context.Background())
	if _, err := c.GetGroup(ctx, groupID); err != nil {
		log.Fatal(err)
	}
	fmt.Println(info.StatusCode, "after", info.Attempts, "attempts, served by", info.APIVersion)
	// Output: 200 after 2 attempts, served by v23.0
}

// vault is where a program keeps a token that is replaced while it runs.
type vault struct{ current func() string }

func (v vault) Token(context.Context) (string, error) { return v.current(), nil }

func ExampleTokenSource() {
	fake := startFake()
	defer fake.Close()
	tokens := vault{current: func() string { return "token-of-the-hour" }}
	c, err := client.New(tokens, client.WithBaseURL(fake.URL()))
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

func ExampleStaticToken() {
	token := client.StaticToken("access-token")
	fmt.Printf("%v %q %#v\n", token, token, token)
	// Output: [redacted] [redacted] [redacted]
}

func ExampleWithObserver() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithObserver(func(_ context.Context, a client.Attempt) {
			fmt.Println(a.Op, a.Number, a.StatusCode, "will retry:", a.WillRetry)
		}))
	if err != nil {
		log.Fatal(err)
	}
	fake.FailNext(fakegraph.Fault{Status: 500})
	if _, err := c.GetGroup(context.Background(), groupID); err != nil {
		log.Fatal(err)
	}
	// Output:
	// GetGroup 1 500 will retry: true
	// GetGroup 2 200 will retry: false
}

func ExampleWithLogger() {
	fake := startFake()
	defer fake.Close()
	handler := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			switch a.Key {
			case slog.TimeKey, "duration", "trace_id": // different each time
				return slog.Attr{}
			}
			return a
		},
	})
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithLogger(slog.New(handler)))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := c.GetGroup(context.Background(), groupID); err != nil {
		log.Fatal(err)
	}
	// Output: level=INFO msg="whatsapp group request" operation=GetGroup method=GET status=200 attempt=1
}

func ExampleWithLimiter() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithLimiter(rate.NewLimiter(rate.Every(100*time.Millisecond), 10)))
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

func ExampleRetryPolicy() {
	// A batch job can wait longer than a person, and nobody else edits its groups.
	policy := client.RetryPolicy{MaxAttempts: 6, MaxDelay: time.Minute, RetryUpdates: true}
	if _, err := client.New(client.StaticToken("access-token"), client.WithRetryPolicy(policy)); err != nil {
		log.Fatal(err)
	}

	_, err := client.New(client.StaticToken("access-token"),
		client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: -1}))
	fmt.Println(err)
	// Output: wagroups: WithRetryPolicy: MaxAttempts must be 0 to 100, is -1
}
