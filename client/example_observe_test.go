package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"os"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// How do I count attempts, by operation and status?
func ExampleWithObserver() {
	fake := startFake()
	defer fake.Close()
	counts := map[string]int{}
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithObserver(func(_ context.Context, a client.Attempt) {
			// One call at a time here; where there are more, a metrics library keeps the count.
			counts[fmt.Sprint(a.Op, " ", a.StatusCode)]++
		}))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{Status: 503})
	for range 2 {
		if _, err := c.GetGroup(context.Background(), groupID); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(counts)
	// Output: map[GetGroup 200:2 GetGroup 503:1]
}

// What does an observer learn about an attempt?
func ExampleAttempt() {
	fake := startFake()
	defer fake.Close()
	c, err := client.New(client.StaticToken("access-token"), client.WithBaseURL(fake.URL()),
		client.WithObserver(func(_ context.Context, a client.Attempt) {
			fmt.Println("attempt", a.Number, "of", a.Op, a.Method, "ended with", a.StatusCode, a.TraceID)
			fmt.Println("  unavailable:", errors.Is(a.Err, client.ErrUnavailable), "again:", a.WillRetry, a.RetryIn)
			fmt.Println("  default version:", a.APIVersion == client.DefaultAPIVersion, "slow:", a.Duration > time.Minute)
			fmt.Println("  used:", a.Usage.App.CallCount, "%")
		}))
	if err != nil {
		log.Fatal(err)
	}

	fake.FailNext(fakegraph.Fault{Status: 503, RetryAfter: "0.02"})
	if _, err := c.GetGroup(context.Background(), groupID); err != nil {
		log.Fatal(err)
	}
	// Output:
	// attempt 1 of GetGroup GET ended with 503 Fake00000001
	//   unavailable: true again: true 20ms
	//   default version: true slow: false
	//   used: 0 %
	// attempt 2 of GetGroup GET ended with 200 Fake00000002
	//   unavailable: false again: false 0s
	//   default version: true slow: false
	//   used: 0 %
}

func ExampleWithLogger() {
	fake := startFake()
	defer fake.Close()
	handler := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			switch a.Key {
			case slog.TimeKey, "duration", slog.MessageKey: // different each time, and always the same
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
	// Output:
	// level=INFO operation=GetGroup method=GET status=200 class="" code=0 attempt=1 trace_id=Fake00000001
}

// How much of my app's quota is used?
func ExampleUsage() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	fake.FailNext(fakegraph.Fault{Header: http.Header{
		"X-App-Usage": {`{"call_count":85,"total_time":20,"total_cputime":10}`},
	}})
	ctx, info := client.WithCallInfo(context.Background())
	if _, err := c.GetGroup(ctx, groupID); err != nil {
		log.Fatal(err)
	}
	app := info.Usage.App
	if used := max(app.CallCount, app.TotalTime, app.TotalCPUTime); used >= 80 {
		fmt.Printf("%.0f %% are used, slow down\n", used)
	}
	// Output: 85 % are used, slow down
}

// Which business is throttled, and until when?
func ExampleBusinessQuota() {
	fake, c := startFakeAndClient()
	defer fake.Close()

	fake.FailNext(fakegraph.Fault{Status: 429, Code: 80008, RegainAccess: 5})
	ctx, info := client.WithCallInfo(context.Background())
	if _, err := c.GetGroup(ctx, groupID); errors.Is(err, client.ErrRateLimited) {
		fmt.Println("all calls wait", info.Usage.RegainAccess)
	}
	for _, b := range info.Usage.Business {
		fmt.Println(b.BusinessID, b.Type, b.CallCount, "%, again in", b.RegainAccess)
	}
	// Output:
	// all calls wait 5m0s
	// 100200300 whatsapp_business_management 100 %, again in 5m0s
}
