package client_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const groupID = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"

// startFake takes the place of Graph. Leave it and WithBaseURL out in a program.
func startFake(opts ...fakegraph.Option) *fakegraph.Server {
	group := fakegraph.Group{
		ID: groupID, Subject: "Allotment Neighbours", Description: "Seeds and the water rota.",
		JoinApprovalMode: "approval_required", CreationTimestamp: 1735689600,
		Participants: []fakegraph.Participant{{WaID: "15550100001"}, {UserID: "usr1b2c3", Username: "rowan"}},
	}
	fake, err := fakegraph.New(append(opts, fakegraph.WithGroups(group))...)
	if err != nil {
		log.Fatal(err)
	}
	if err := fake.Listen("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	return fake
}

// startFakeAndClient also makes a client, as the first example does.
func startFakeAndClient() (*fakegraph.Server, *client.Client) {
	fake := startFake()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}
	return fake, c
}

// drawPhoto makes a JPEG. Most programs pass an *os.File, which is sent without being read into memory.
func drawPhoto(width, height int) io.Reader {
	var file bytes.Buffer
	if err := jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		log.Fatal(err)
	}
	return &file
}

func Example() {
	fake := startFake()
	defer fake.Close()
	const token = "access-token"

	c, err := client.New(client.StaticToken(token), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()

	group, err := c.GetGroup(ctx, groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s, %d participants\n", group.Subject, group.TotalParticipantCount)

	update := client.GroupUpdate{Subject: new("Allotment 2026")}
	receipt, err := c.UpdateGroup(ctx, groupID, update)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("rename accepted, the webhook will name request", receipt.RequestID)

	file := drawPhoto(640, 640)
	receipt, err = c.SetGroupPhoto(ctx, groupID, file)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("photo accepted, the webhook will name request", receipt.RequestID)

	receipt, err = c.DeleteGroup(ctx, groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("deletion accepted, sent more than once:", receipt.Repeated)
	// Output:
	// Allotment Neighbours, 2 participants
	// rename accepted, the webhook will name request FA4E0000000000000000000000000001
	// photo accepted, the webhook will name request FA4E0000000000000000000000000002
	// deletion accepted, sent more than once: false
}

// New refuses invalid arguments before anything is sent: here a token that was read with its line break.
func ExampleNew() {
	_, err := client.New(client.StaticToken("access-token\n"))
	fmt.Println(err)
	_, err = client.New(client.StaticToken("access-token"), client.WithBaseURL("http://graph.example.com"))
	fmt.Println(err)
	// Output:
	// wagroups: token: must be printable ASCII without spaces and quotes; it ends with a line break
	// wagroups: WithBaseURL: must use https: the host is not a loopback address, and the token would travel in the clear
}

// An empty description removes the old one; nil leaves it unchanged.
func ExampleClient_UpdateGroup() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	_, err := c.UpdateGroup(context.Background(), groupID, client.GroupUpdate{Description: new("")})
	if err != nil {
		log.Fatal(err)
	}
	group, err := c.GetGroup(context.Background(), groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%q, has a description: %t\n", group.Subject, group.Has(client.FieldDescription))
	// Output: "Allotment Neighbours", has a description: false
}

// A photo that Graph would refuse is not sent.
func ExampleClient_SetGroupPhoto() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	_, err := c.SetGroupPhoto(context.Background(), groupID, drawPhoto(640, 480))
	fmt.Println(err)
	fmt.Println("requests sent:", len(fake.Requests()))
	// Output:
	// wagroups: jpeg: must be square, is 640 by 480 pixels
	// requests sent: 0
}

// The response to the first attempt is lost after the group was deleted. The client retries, and the group is gone.
func ExampleClient_DeleteGroup() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	fake.FailNext(fakegraph.Fault{Op: fakegraph.DeleteGroup, DropAfter: true})
	receipt, err := c.DeleteGroup(context.Background(), groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("sent more than once:", receipt.Repeated)
	// Output: sent more than once: true
}

// Which version of the API served the call, in how many attempts, and what does Meta's support need to know?
func ExampleWithCallInfo() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	fake.FailNext(fakegraph.Fault{Status: 503})
	ctx, info := client.WithCallInfo(context.Background())
	if _, err := c.GetGroup(ctx, groupID); err != nil {
		log.Fatal(err)
	}
	fmt.Println("status", info.StatusCode, "after", info.Attempts, "attempts, served by", info.APIVersion)
	fmt.Println("trace ID", info.TraceID, "and request ID", info.RequestID)
	fmt.Println("revision", info.Header.Get("X-Fb-Rev"))
	// Output:
	// status 200 after 2 attempts, served by v23.0
	// trace ID Fake00000002 and request ID FakeRequest00000002
	// revision 1030000000
}
