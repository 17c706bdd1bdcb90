package fakegraph_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// suite takes the place of a *testing.T; another test framework can do the same.
type suite struct{ cleanups []func() }

func (s *suite) Helper()                           {}
func (s *suite) Fatalf(format string, args ...any) { log.Fatalf(format, args...) }
func (s *suite) Cleanup(f func())                  { s.cleanups = append(s.cleanups, f) }

func (s *suite) end() {
	for _, f := range s.cleanups {
		f()
	}
}

// How do I test a program that renames a group?
func ExampleStart() {
	t := new(suite)
	defer t.end()

	group := fakegraph.Group{ID: "Z3JvdXA", Subject: "Allotment"}
	fake := fakegraph.Start(t, fakegraph.WithGroups(group))
	c, err := client.New(client.StaticToken("any"), client.WithBaseURL(fake.URL()))
	if err != nil {
		t.Fatalf("%v", err)
	}
	update := client.GroupUpdate{Subject: new("Allotment 2026")}
	if _, err := c.UpdateGroup(context.Background(), group.ID, update); err != nil {
		t.Fatalf("%v", err)
	}

	after, _ := fake.Group(group.ID)
	fmt.Println(after.Subject)
	// Output: Allotment 2026
}

// How do I test a wait of minutes? In a testing/synctest bubble, where it takes no time.
func ExampleServer_Doer() {
	t := new(testing.T) // a test has one
	group := allotment()
	synctest.Test(t, func(t *testing.T) {
		fake, err := fakegraph.New(fakegraph.WithGroups(group))
		if err != nil {
			t.Fatal(err)
		}
		defer fake.Close()
		c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
		if err != nil {
			t.Fatal(err)
		}

		// The first attempt gets no response, the second one too late; an attempt has 30 seconds.
		fake.FailNext(fakegraph.Fault{Stall: true}, fakegraph.Fault{Delay: time.Minute})
		start := time.Now()
		read, err := c.GetGroup(context.Background(), group.ID)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println(read.Subject, "after", time.Since(start).Round(time.Second))
	})
	// Output: Allotment Neighbours after 1m0s
}

// How do I serve a program in another language while it runs?
func ExampleServer_Listen() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()),
		fakegraph.WithStrictHeaders(),         // Is its User-Agent what Meta's document asks for?
		fakegraph.WithHosts("graph.internal")) // the name under which its container knows this machine
	if err != nil {
		log.Fatal(err)
	}
	if err := fake.Listen("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
	fmt.Println(strings.HasPrefix(fake.URL(), "http://127.0.0.1:"))

	// The program runs here, with this URL in place of Graph's.

	fmt.Println(errors.Join(fake.Close(), fake.Err()))
	// Output:
	// true
	// <nil>
}

// How do I test over TLS and HTTP/2?
func ExampleServer_Handler() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()
	server := httptest.NewUnstartedServer(fake.Handler())
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()

	c, err := client.New(client.StaticToken("any"), client.WithBaseURL(server.URL),
		client.WithHTTPClient(server.Client()))
	if err != nil {
		log.Fatal(err)
	}
	group, err := c.GetGroup(context.Background(), allotment().ID)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(group.Subject)
	// Output: Allotment Neighbours
}

// Does my program notice that its token was refused?
func ExampleWithToken() {
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()), fakegraph.WithToken("new-token"))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	for _, token := range []client.StaticToken{"old-token", "new-token"} {
		c, err := client.New(token, client.WithHTTPClient(fake.Doer()))
		if err != nil {
			log.Fatal(err)
		}
		_, err = c.GetGroup(context.Background(), allotment().ID)
		fmt.Println("refused:", errors.Is(err, client.ErrUnauthorized))
	}
	// Output:
	// refused: true
	// refused: false
}

// What if the clock of my machine is an hour slow? The first proof is refused, the next one is made with Graph's time.
func ExampleWithClock() {
	ahead := func() time.Time { return time.Now().Add(time.Hour) }
	fake, err := fakegraph.New(fakegraph.WithGroups(allotment()),
		fakegraph.WithAppSecret("app-secret"), fakegraph.WithClock(ahead))
	if err != nil {
		log.Fatal(err)
	}
	defer fake.Close()

	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()),
		client.WithAppSecret("app-secret"))
	if err != nil {
		log.Fatal(err)
	}
	if _, err := c.GetGroup(context.Background(), allotment().ID); err != nil {
		log.Fatal(err)
	}
	for _, r := range fake.Requests() {
		fmt.Println(r.Status, r.Query.Get("appsecret_proof"))
	}
	// Output:
	// 400 [redacted]
	// 200 [redacted]
}
