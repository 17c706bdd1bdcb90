package client_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// Without fields the client asks for all of them.
func ExampleClient_GetGroup() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	group, err := c.GetGroup(context.Background(), groupID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Subject)
	fmt.Println(group.Description)
	fmt.Println("since", group.CreatedAt.Format(time.DateOnly))
	fmt.Println(group.TotalParticipantCount, "participants, suspended:", group.Suspended)
	fmt.Println("is the one asked for:", group.ID == groupID)
	// Output:
	// Allotment Neighbours
	// Seeds and the water rota.
	// since 2025-01-01
	// 2 participants, suspended: false
	// is the one asked for: true
}

// How do I distinguish an empty description from one that I did not request?
func ExampleGroup_Has() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	group, err := c.GetGroup(context.Background(), groupID, client.FieldSubject, client.FieldParticipants)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("subject %q, known: %t\n", group.Subject, group.Has(client.FieldSubject))
	fmt.Printf("description %q, known: %t\n", group.Description, group.Has(client.FieldDescription))
	// Output:
	// subject "Allotment Neighbours", known: true
	// description "", known: false
}

// How do I read a field that this version does not know?
func ExampleGroup_raw() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	fake.FailNext(fakegraph.Fault{Body: `{"id":"` + groupID + `","subject":"Allotment Neighbours","theme":"green"}`})
	group, err := c.GetGroup(context.Background(), groupID)
	if err != nil {
		log.Fatal(err)
	}
	var more struct{ Theme string }
	if err := json.Unmarshal(group.Raw, &more); err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Subject, "in", more.Theme)
	// Output: Allotment Neighbours in green
}

// Who is in the group, if some people hide their phone number?
func ExampleParticipant() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	group, err := c.GetGroup(context.Background(), groupID, client.FieldParticipants)
	if err != nil {
		log.Fatal(err)
	}
	for _, p := range group.Participants {
		fmt.Println(cmp.Or(p.Username, p.WaID, "somebody"), "with id", cmp.Or(p.UserID, p.ParentUserID, p.WaID))
	}
	// Output:
	// 15550100001 with id 15550100001
	// rowan with id usr1b2c3
}

// What if Graph adds a new way to join? The value is kept, and Known is false.
func ExampleJoinApprovalMode_Known() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	fake.FailNext(fakegraph.Fault{}, fakegraph.Fault{Body: `{"id":"` + groupID + `","join_approval_mode":"by_vote"}`})
	for range 2 {
		group, err := c.GetGroup(context.Background(), groupID, client.FieldJoinApprovalMode)
		if err != nil {
			log.Fatal(err)
		}
		switch mode := group.JoinApprovalMode; mode {
		case client.JoinApprovalRequired:
			fmt.Println("an administrator lets people in")
		case client.JoinAutoApprove:
			fmt.Println("people with the link join at once")
		default:
			fmt.Printf("%q, known: %t\n", mode, mode.Known())
		}
	}
	// Output:
	// an administrator lets people in
	// "by_vote", known: false
}

// How do I let a person choose what to ask for? A name that is no field is refused before anything is sent.
func ExampleField() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	for _, choice := range []string{"subject,creation_timestamp", "colour"} {
		var fields []client.Field
		for name := range strings.SplitSeq(choice, ",") {
			fields = append(fields, client.Field(name))
		}
		group, err := c.GetGroup(context.Background(), groupID, fields...)
		if errors.Is(err, client.ErrInvalidArgument) {
			fmt.Println("no such field:", choice)
			continue
		}
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(group.Subject, group.CreatedAt.Year())
	}
	// Output:
	// Allotment Neighbours 2025
	// no such field: colour
}
