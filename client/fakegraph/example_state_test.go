package fakegraph_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"log"
	"strings"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// How do I keep the groups of my tests in a file?
func ExampleWithSeedFile() {
	fake, err := fakegraph.New(fakegraph.WithSeedFile("testdata/seed.json"))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	group, found := fake.Group("Z3JvdXA")
	fmt.Println(found, group.Subject, len(group.Participants))
	// Output: true Allotment Neighbours 2
}

// Where is the mistake in my seed?
func ExampleWithSeed() {
	seed := strings.NewReader("{\"groups\": [\n  {\"id\": \"Z3JvdXA\", \"title\": \"Allotment\"}\n]}")
	_, err := fakegraph.New(fakegraph.WithSeed(seed, "seed.json"))
	fmt.Println(err)
	// Output: fakegraph: seed.json:2:21: unknown key "title" in a group
}

// A group with every field.
func ExampleGroup() {
	fake, err := fakegraph.New(fakegraph.WithGroups(fakegraph.Group{
		ID:                "Z3JvdXA",
		Subject:           "Allotment Neighbours",
		Description:       "Seeds and the water rota.",
		JoinApprovalMode:  "auto_approve",
		Suspended:         true,
		CreationTimestamp: 1735689600,
		Participants: []fakegraph.Participant{
			{WaID: "15550100001"},
			{UserID: "usr1b2c3", ParentUserID: "par1b2c3", Username: "rowan"},
		},
	}))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
	if err != nil {
		log.Fatal(err)
	}
	group, err := c.GetGroup(context.Background(), "Z3JvdXA")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Subject, group.JoinApprovalMode, group.Suspended, group.CreatedAt.Year())
	fmt.Printf("%+v\n", group.Participants)
	// Output:
	// Allotment Neighbours auto_approve true 2025
	// [{WaID:15550100001 UserID: ParentUserID: Username:} {WaID: UserID:usr1b2c3 ParentUserID:par1b2c3 Username:rowan}]
}

// Does my program read numbers and booleans with and without quotes? Meta's pages show both.
func ExampleWithQuotedScalars() {
	for _, options := range [][]fakegraph.Option{nil, {fakegraph.WithQuotedScalars()}} {
		fake, err := fakegraph.New(append(options, fakegraph.WithGroups(allotment()))...)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(get(fake, "suspended,total_participant_count"))
		fake.Close()
	}
	// Output:
	// 200 {"id":"Z3JvdXA","messaging_product":"whatsapp","suspended":false,"total_participant_count":1}
	// 200 {"id":"Z3JvdXA","messaging_product":"whatsapp","suspended":"false","total_participant_count":"1"}
}

// How do I change the state in the middle of a test?
func ExampleServer_PutGroup() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	group, _ := fake.Group("Z3JvdXA")
	group.Suspended = true
	fmt.Println(fake.PutGroup(group))
	group.Participants = make([]fakegraph.Participant, 9)
	fmt.Println(fake.PutGroup(group))
	// Output:
	// <nil>
	// fakegraph: invalid group: participants: 9 of them, but at most 8 are allowed
}

// Is the photo complete?
func ExampleServer_Photo() {
	// Which name the part of the photo has is disputed; this server takes both.
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()),
		fakegraph.WithPhotoPart("file", "profile_picture_file"))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
	if err != nil {
		log.Fatal(err)
	}

	var file bytes.Buffer
	if err := jpeg.Encode(&file, image.NewGray(image.Rect(0, 0, 192, 192)), nil); err != nil {
		log.Fatal(err)
	}
	if _, err := c.SetGroupPhoto(context.Background(), "Z3JvdXA", bytes.NewReader(file.Bytes())); err != nil {
		log.Fatal(err)
	}
	photo, found := fake.Photo("Z3JvdXA")
	fmt.Println(found, bytes.Equal(photo, file.Bytes()))
	// Output: true true
}
