package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const wholeTable = `Group         ` + testID + `
Subject       Allotment Neighbours
Description   Seeds.
              Water rota.
Joining       auto_approve
Suspended     no
Created       2025-01-01 00:00:00 UTC
Participants  3
  15550100001
  15550100002  @rowan  user US.2
  user US.3  parent user US.ENT.3
`

const wholeJSON = `{
  "id": "` + testID + `",
  "subject": "Allotment Neighbours",
  "description": "Seeds.\nWater rota.",
  "join_approval_mode": "auto_approve",
  "suspended": false,
  "creation_timestamp": 1735689600,
  "participants": [
    {
      "wa_id": "15550100001"
    },
    {
      "wa_id": "15550100002",
      "user_id": "US.2",
      "username": "rowan"
    },
    {
      "user_id": "US.3",
      "parent_user_id": "US.ENT.3"
    }
  ],
  "total_participant_count": 3
}
`

func TestGet(t *testing.T) {
	for name, options := range map[string][]fakegraph.Option{
		"plain":  nil,
		"quoted": {fakegraph.WithQuotedScalars()},
	} {
		t.Run(name, func(t *testing.T) {
			_, w := startFake(t, options...)
			w.expect(t, wholeTable, "get", testID)
			w.expect(t, wholeJSON, "get", testID, "--output", "json")
			w.expect(t, wholeJSON, "-o=json", "get", testID)
		})
	}
}

const wrongFieldLine = "wagroups: --fields: number %d is none of id, subject, description, join_approval_mode, " +
	"suspended, creation_timestamp, participants, total_participant_count"

func TestGetFields(t *testing.T) {
	fake, w := startFake(t)
	w.expect(t, "Group         "+testID+"\nSubject       Allotment Neighbours\nParticipants  3\n",
		"get", testID, "--fields", "subject, total_participant_count")
	w.expect(t, "{\n  \"id\": \""+testID+"\"\n}\n", "get", testID, "--fields", "id", "--output", "json")
	w.expect(t, "Group  "+testID+"\n", "get", testID, "--fields", "id")

	before := len(fake.Requests())
	w.expectFailure(t, exitUsage, fmt.Sprintf(wrongFieldLine, 2), "get", testID, "--fields", "subject,colour")
	// The wrong way round.
	w.expectFailure(t, exitUsage, fmt.Sprintf(wrongFieldLine, 1), "get", "subject", "--fields", testID)
	code, _, errOut := w.run(t, "get", testID, "--fields", "")
	if code != exitUsage || !strings.HasPrefix(errOut, "wagroups: --fields: no field named\n\nUsage:") {
		t.Errorf("an empty list: exit code %d, %s", code, errOut)
	}
	if len(fake.Requests()) != before {
		t.Error("a wrong field reached the server")
	}
}

// What was not sent is not shown, and what was sent is, also when it is empty.
func TestGetSparse(t *testing.T) {
	fake, w := startFake(t)
	for _, c := range []struct{ body, table, json string }{
		{`{"id":"Zx"}`, "Group  Zx\n", "{\n  \"id\": \"Zx\"\n}\n"},
		{
			`{"id":"Zx","subject":"","suspended":"true","participants":[]}`,
			"Group         Zx\nSubject       \nSuspended     yes\nParticipants  0\n",
			"{\n  \"id\": \"Zx\",\n  \"subject\": \"\",\n  \"suspended\": true,\n  \"participants\": []\n}\n",
		},
		{
			`{"id":"Zx","join_approval_mode":"by_lot","colour":"red"}`,
			"Group    Zx\nJoining  by_lot\n",
			"{\n  \"id\": \"Zx\",\n  \"join_approval_mode\": \"by_lot\"\n}\n",
		},
	} {
		fake.FailNext(fakegraph.Fault{Body: c.body, Times: 2})
		w.expect(t, c.table, "get", testID)
		w.expect(t, c.json, "get", testID, "--output", "json")
	}
}

// A group is named by strangers: their texts must not move the cursor or add a line that looks like ours.
func TestGetHostileTexts(t *testing.T) {
	fake, w := startFake(t)
	fake.FailNext(fakegraph.Fault{Body: `{"id":"Zx","subject":"a\u001b[2Jb\tc\u202ed\u009be",` +
		`"description":"one\r\nSuspended  no","participants":[{"wa_id":"1\n2","username":"\u0007x"}]}`})
	w.expect(t, "Group         Zx\nSubject       a\uFFFD[2Jb c\uFFFDd\uFFFDe\nDescription   one\n"+
		"              Suspended  no\nParticipants  1\n  1 2  @\uFFFDx\n", "get", testID)
}
