package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// What should a service do about a change that failed?
func ExampleError() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	advice := func(err error) string {
		switch {
		case err == nil:
			return "be glad"
		case errors.Is(err, client.ErrNotSent):
			return "try again, nothing has happened"
		case errors.Is(err, client.ErrRateLimited):
			return "try again later, nothing has happened"
		case errors.Is(err, client.ErrAmbiguous), errors.Is(err, client.ErrUnavailable), errors.Is(err, client.ErrPartial):
			return "read the group, then decide"
		case errors.Is(err, client.ErrNotFound):
			return "forget the group"
		case errors.Is(err, client.ErrUnauthorized):
			return "get a new token"
		case errors.Is(err, client.ErrForbidden):
			return "ask for the permission"
		case errors.Is(err, client.ErrInvalidArgument), errors.Is(err, client.ErrInvalidRequest):
			return "fix the text"
		case errors.Is(err, client.ErrMalformedResponse), errors.Is(err, client.ErrUnknown):
			return "report it"
		}
		return "look elsewhere, no call of the client returned it"
	}

	fake.FailNext(fakegraph.Fault{Status: 401, Code: 190}, fakegraph.Fault{DropAfter: true})
	for _, id := range []string{groupID, groupID, "bm9zdWNoZ3JvdXA", "../me", groupID} {
		_, err := c.UpdateGroup(context.Background(), id, client.GroupUpdate{Subject: new("Allotment 2026")})
		fmt.Println(advice(err))
	}
	// Output:
	// get a new token
	// read the group, then decide
	// forget the group
	// fix the text
	// be glad
}

// What is a good label for a metric?
func ExampleClass() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	calls := map[string]int{}
	for _, id := range []string{groupID, "../me", groupID, "bm9zdWNoZ3JvdXA"} {
		result := "ok"
		if _, err := c.GetGroup(context.Background(), id); err != nil {
			result = fmt.Sprint(client.Class(err))
		}
		calls[result]++
	}
	fmt.Println(calls)
	// Output: map[group not found:1 invalid argument:1 ok:2]
}

// What did the server say, and what should be in a support ticket?
func ExampleError_report() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	fake.FailNext(fakegraph.Fault{
		Status: 403, Code: 10, Subcode: 99, Message: "(#10) Denied", Details: "Ask us.",
		UserTitle: "No permission", UserMessage: "Please ask your administrator.",
	})
	_, err := c.GetGroup(context.Background(), groupID)
	if graph, ok := errors.AsType[*client.Error](err); ok {
		fmt.Println("for people:", graph.UserTitle+".", graph.UserMessage)
		fmt.Println("for Meta:", graph.TraceID, graph.Type, graph.Code, graph.Subcode, graph.Message, graph.Details)
		fmt.Println("for us:", graph.Op, graph.StatusCode, graph.Transient, graph.Attempts, len(graph.Body) > 0)
	}
	// Output:
	// for people: No permission. Please ask your administrator.
	// for Meta: Fake00000001 OAuthException 10 99 (#10) Denied Ask us.
	// for us: GetGroup 403 false 1 true
}

// How do I notice that the response to a change was lost, and what do I do then?
func ExampleError_lostAnswer() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	const subject = "Allotment 2026"
	fake.FailNext(fakegraph.Fault{DropAfter: true})
	_, err := c.UpdateGroup(context.Background(), groupID, client.GroupUpdate{Subject: new(subject)})
	if errors.Is(err, client.ErrAmbiguous) {
		// Graph applies a change a little later; a program would wait for its webhook first.
		group, err := c.GetGroup(context.Background(), groupID, client.FieldSubject)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println("changed all the same:", group.Subject == subject)
	}
	// Output: changed all the same: true
}

// How long must I wait?
func ExampleError_rateLimited() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	fake.FailNext(fakegraph.Fault{Status: 429, Code: 131208, RetryAfter: "30"})
	_, err := c.GetGroup(context.Background(), groupID)
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

// How do I cancel a call, and how do I notice that it was canceled? The class still says what happened to the request.
func ExampleError_cancelled() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	fake.FailNext(fakegraph.Fault{Stall: true})
	ctx, cancel := context.WithCancel(context.Background())
	time.AfterFunc(20*time.Millisecond, cancel)
	_, err := c.GetGroup(ctx, groupID)
	fmt.Println("by me:", errors.Is(err, context.Canceled))
	// Output: by me: true
}

// Which argument was invalid, and why?
func ExampleArgumentError() {
	c, err := client.New(client.StaticToken("access-token"))
	if err != nil {
		log.Fatal(err)
	}
	_, err = c.DeleteGroup(context.Background(), "../me")
	if argument, ok := errors.AsType[*client.ArgumentError](err); ok {
		fmt.Println("argument:", argument.Arg)
		fmt.Println("reason:", argument.Reason)
	}
	// Output:
	// argument: groupID
	// reason: may contain letters, digits, _, = and - only; character 1 is '.'
}

// What did a proxy send in place of Graph's response?
func ExampleError_malformedResponse() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithRetryPolicy(client.RetryPolicy{}))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{HTML: true})
	_, err = c.GetGroup(context.Background(), groupID)
	if e, ok := errors.AsType[*client.Error](err); ok {
		fmt.Println(e.Op, e.StatusCode, e.ContentType)
		fmt.Printf("%.15s: %s\n", e.Body, e.Message)
		fmt.Println("attempts", e.Attempts, "trace ID", e.TraceID)
	}
	// Output:
	// GetGroup 200 text/html; charset=utf-8
	// <!DOCTYPE html>: the response is not valid JSON
	// attempts 1 trace ID Fake00000001
}
