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

func ExampleGroup() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

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
	fmt.Printf("subject %q, known: %t\n", group.Subject, group.Has(client.FieldSubject))
	fmt.Printf("description %q, known: %t\n", group.Description, group.Has(client.FieldDescription))
	// Output:
	// subject "Allotment Neighbours", known: true
	// description "", known: false
}

// How do I read a field that this version does not know?
func ExampleGroup_raw() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

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
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

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
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

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

// How do I let a person choose the columns of a report?
func ExampleField() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()))
	if err != nil {
		log.Fatal(err)
	}

	columns := []struct {
		title string
		field client.Field
	}{
		{"Group", client.FieldID}, {"Name", client.FieldSubject}, {"About", client.FieldDescription},
		{"Joining", client.FieldJoinApprovalMode}, {"Suspended", client.FieldSuspended},
		{"Since", client.FieldCreationTimestamp}, {"People", client.FieldParticipants},
		{"Number of people", client.FieldTotalParticipantCount},
	}
	var fields []client.Field
	for name := range strings.SplitSeq("subject,creation_timestamp", ",") {
		fields = append(fields, client.Field(name))
	}
	group, err := c.GetGroup(context.Background(), groupID, fields...)
	if err != nil {
		log.Fatal(err)
	}
	for _, column := range columns {
		if group.Has(column.field) {
			fmt.Println(column.title)
		}
	}

	_, err = c.GetGroup(context.Background(), groupID, "colour")
	fmt.Println("refused:", errors.Is(err, client.ErrInvalidArgument))
	// Output:
	// Group
	// Name
	// Since
	// refused: true
}
