// Package reference holds what package client is measured against: the same calls made by hand with net/http and
// encoding/json, and by the generated client alone; and the ground on which they meet.
package reference

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/wagroups/wagroups-go/gen"
)

// What all requests carry.
const (
	GroupID = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
	Token   = "EAAtoken-of-the-measurements_0123456789"
)

// Answer is a group with 8 participants, as many as there can be.
const Answer = `{"id":"` + GroupID + `","messaging_product":"whatsapp","join_approval_mode":"auto_approve",` +
	`"subject":"Allotment Neighbours","description":"Seeds, water rota and the key to the shed.",` +
	`"suspended":false,"creation_timestamp":1735689600,"participants":[` +
	`{"wa_id":"15550100001"},{"wa_id":"15550100002"},{"wa_id":"15550100003"},{"wa_id":"15550100004"},` +
	`{"wa_id":"15550100005"},{"wa_id":"15550100006"},{"wa_id":"15550100007"},{"wa_id":"15550100008"}],` +
	`"total_participant_count":8}`

var (
	answer       = []byte(Answer)
	acceptance   = []byte(`{"success":true,"request_id":"106540352242922"}`)
	answerHeader = http.Header{
		"Content-Type":         {"application/json"},
		"Facebook-Api-Version": {string(gen.APIVersionDocumented)},
		"X-Fb-Trace-Id":        {"BZq3v7kPp1d"},
	}
)

// Memory is a transport that answers from memory. One allocation of each call is its own.
type Memory struct{}

// RoundTrip reads the request to its end, as a network would.
func (Memory) RoundTrip(req *http.Request) (*http.Response, error) {
	content := answer
	if req.Body != nil {
		content = acceptance
		err := drain(req.Body)
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	a := new(memoryAnswer)
	a.body.Reset(content)
	a.response = http.Response{
		StatusCode: http.StatusOK, Header: answerHeader, Body: &a.body, ContentLength: int64(len(content)), Request: req,
	}
	return &a.response, nil
}

// buffers are of the size that net/http copies bodies with, and shared like its own.
var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

func drain(r io.Reader) error {
	buffer := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buffer)
	for {
		_, err := r.Read(buffer[:])
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

type memoryAnswer struct {
	response http.Response
	body     memoryBody
}

type memoryBody struct{ bytes.Reader }

func (*memoryBody) Close() error { return nil }

// group is what a program would declare that has no client.
type group struct {
	ID                    string        `json:"id"`
	MessagingProduct      string        `json:"messaging_product"`
	JoinApprovalMode      string        `json:"join_approval_mode"`
	Subject               string        `json:"subject"`
	Description           string        `json:"description"`
	Suspended             bool          `json:"suspended"`
	CreationTimestamp     int64         `json:"creation_timestamp"`
	Participants          []participant `json:"participants"`
	TotalParticipantCount int           `json:"total_participant_count"`
}

type participant struct {
	WaID string `json:"wa_id"`
}

const fields = "subject,description,join_approval_mode,suspended,creation_timestamp,participants," +
	"total_participant_count"

// HandWritten returns a function that reads the group with net/http and encoding/json, checking no more than it must.
func HandWritten(base string, c *http.Client) func() error {
	return func() error {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet,
			base+"/"+string(gen.APIVersionDocumented)+"/"+GroupID+"?fields="+fields, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Authorization", "Bearer "+Token)
		req.Header.Set("Accept", "application/json")
		resp, err := c.Do(req)
		if err != nil {
			return err
		}
		defer func() { _ = resp.Body.Close() }()
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d", resp.StatusCode)
		}
		var g group
		if err := json.NewDecoder(resp.Body).Decode(&g); err != nil {
			return err
		}
		return check(g.ID, len(g.Participants))
	}
}

// Generated returns a function that reads the group with the generated client alone.
func Generated(base string, c *http.Client) (func() error, error) {
	authorize := func(_ context.Context, req *http.Request) error {
		req.Header.Set("Authorization", "Bearer "+Token)
		req.Header.Set("Accept", "application/json")
		return nil
	}
	raw, err := gen.NewClientWithResponses(base, gen.WithHTTPClient(c), gen.WithRequestEditorFn(authorize))
	if err != nil {
		return nil, err
	}
	params := &gen.GetGroupInfoParams{Fields: gen.Fields{
		gen.FieldSubject, gen.FieldDescription, gen.FieldJoinApprovalMode, gen.FieldSuspended,
		gen.FieldCreationTimestamp, gen.FieldParticipants, gen.FieldTotalParticipantCount,
	}}
	return func() error {
		resp, err := raw.GetGroupInfoWithResponse(context.Background(), string(gen.APIVersionDocumented), GroupID, params)
		if err != nil {
			return err
		}
		if resp.JSON200 == nil || resp.JSON200.ID == nil {
			return fmt.Errorf("status %d", resp.StatusCode())
		}
		return check(*resp.JSON200.ID, len(resp.JSON200.Participants))
	}, nil
}

func check(id string, participants int) error {
	if id != GroupID || participants != 8 {
		return fmt.Errorf("the answer has the id %q and %d participants", id, participants)
	}
	return nil
}
