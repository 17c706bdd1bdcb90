package main

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"net/http"
	"os"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func TestScrape(t *testing.T) {
	fake := startFake(t)
	groups, registry, address := startCounting(t, fake)
	makeCalls(t, fake, groups)
	if n := fake.PendingFaults(); n != 0 {
		t.Errorf("%d faults did not happen", n)
	}

	want, err := os.Open("testdata/exposition.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer want.Close()
	if err := testutil.ScrapeAndCompare(address, want, "wagroups_calls_total", "wagroups_retries_total",
		"wagroups_app_usage_ratio", "wagroups_business_usage_ratio"); err != nil {
		t.Error(err)
	}
	text, err := fetch(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	// The times differ in every run, the counts do not.
	if got := linesWith(text, "wagroups_attempt_duration_seconds_count"); got != attemptCounts {
		t.Errorf("attempts:\n%s\nwant:\n%s", got, attemptCounts)
	}
	wantNoLeak(t, text)
	if problems, err := testutil.GatherAndLint(registry); err != nil || len(problems) > 0 {
		t.Errorf("lint: %v, %v", problems, err)
	}
}

// makeCalls makes calls that go wrong in many ways, some before their first attempt.
func makeCalls(t *testing.T, fake *fakegraph.Server, groups *countedGroups) {
	t.Helper()
	subject := "Allotment Neighbours 2026"
	read := func(ctx context.Context) error {
		_, err := groups.GetGroup(ctx, groupID)
		return err
	}
	update := func(ctx context.Context) error {
		_, err := groups.UpdateGroup(ctx, groupID, client.GroupUpdate{Subject: &subject})
		return err
	}
	remove := func(ctx context.Context) error {
		_, err := groups.DeleteGroup(ctx, groupID)
		return err
	}
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tt := range []struct {
		name   string
		ctx    context.Context
		faults []fakegraph.Fault
		call   func(context.Context) error
		want   error
	}{
		{"two retries", t.Context(), []fakegraph.Fault{{Status: 503}, {Status: 429, Code: 4}}, read, nil},
		{"an unknown group", t.Context(), nil, func(ctx context.Context) error {
			_, err := groups.GetGroup(ctx, groupID+"0")
			return err
		}, client.ErrNotFound},
		{"a photo", t.Context(), nil, func(ctx context.Context) error {
			_, err := groups.SetGroupPhoto(ctx, groupID, squareJPEG(t))
			return err
		}, nil},
		{"a lost answer", t.Context(), []fakegraph.Fault{{DropAfter: true}}, update, client.ErrAmbiguous},
		{"usage", t.Context(), []fakegraph.Fault{{Header: usage}}, update, nil},
		{
			"the page of a gateway, without usage", t.Context(),
			[]fakegraph.Fault{{Status: 502, HTML: true, Header: noUsage}}, update, client.ErrUnavailable,
		},
		{"a bad argument, without an attempt", t.Context(), nil, func(ctx context.Context) error {
			_, err := groups.DeleteGroup(ctx, "../"+groupID)
			return err
		}, client.ErrInvalidArgument},
		{"canceled, without an attempt", canceled, nil, remove, context.Canceled},
		{
			"a pause longer than the client waits", t.Context(),
			[]fakegraph.Fault{{Status: 429, Code: 4, RetryAfter: "60", Header: noUsage}}, remove, client.ErrRateLimited,
		},
		{"held back during that pause, without an attempt", t.Context(), nil, remove, client.ErrRateLimited},
	} {
		fake.FailNext(tt.faults...)
		if err := tt.call(tt.ctx); !errors.Is(err, tt.want) || (err == nil) != (tt.want == nil) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
}

var (
	usage = http.Header{
		"X-App-Usage": {`{"call_count":28,"total_time":25,"total_cputime":12.5}`},
		"X-Business-Use-Case-Usage": {`{"100200300":[{"type":"whatsapp_business_management","call_count":100,` +
			`"total_cputime":1,"total_time":0,"estimated_time_to_regain_access":0}],` +
			`"100200301":[{"type":"messaging","call_count":7,"total_cputime":0,"total_time":0}]}`},
	}
	noUsage = http.Header{"Facebook-Api-Version": nil, "X-App-Usage": nil, "X-Business-Use-Case-Usage": nil}
)

func squareJPEG(t *testing.T) *bytes.Buffer {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 192, 192)), nil); err != nil {
		t.Fatal(err)
	}
	return &b
}

const attemptCounts = `wagroups_attempt_duration_seconds_count{class="group not found",operation="GetGroup"} 1
wagroups_attempt_duration_seconds_count{class="ok",operation="GetGroup"} 1
wagroups_attempt_duration_seconds_count{class="ok",operation="SetGroupPhoto"} 1
wagroups_attempt_duration_seconds_count{class="ok",operation="UpdateGroup"} 1
wagroups_attempt_duration_seconds_count{class="outcome unknown",operation="UpdateGroup"} 1
wagroups_attempt_duration_seconds_count{class="rate limited",operation="DeleteGroup"} 1
wagroups_attempt_duration_seconds_count{class="rate limited",operation="GetGroup"} 1
wagroups_attempt_duration_seconds_count{class="unavailable",operation="GetGroup"} 1
wagroups_attempt_duration_seconds_count{class="unavailable",operation="UpdateGroup"} 1
`
