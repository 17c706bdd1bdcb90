package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9/logging"
	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// asProgram in the environment makes this test binary the program itself.
const asProgram = "FLEET_TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) != "" {
		main()
		return
	}
	logging.Disable()
	goleak.VerifyTestMain(m)
}

// alone runs the program as a fleet of one, without Redis and fast.
func (g *graph) alone(ctx context.Context, in io.Reader, args ...string) (out, errOut string, err error) {
	env := map[string]string{
		"WAGROUPS_BASE_URL": g.url, "WHATSAPP_ACCESS_TOKEN": testToken, "REDIS_URL": "unix:///there/is/none",
	}
	var stdout, stderr bytes.Buffer
	args = append([]string{"-rate", "10000", "-processes", "1"}, args...)
	err = run(ctx, args, func(name string) string { return env[name] }, in, &stdout, &stderr)
	return stdout.String(), stderr.String(), err
}

func TestOneBadGroupDoesNotHideTheOthers(t *testing.T) {
	g := startGraph(t)
	in := strings.NewReader(groupOf(0, 1).ID + "\n\n " + idPrefix + "unknown\r\n" + groupOf(0, 2).ID)
	out, errOut, err := g.alone(t.Context(), in, groupOf(0, 0).ID, "-", idPrefix+"/wrong", groupOf(0, 3).ID)
	if err == nil || err.Error() != "2 groups could not be read" {
		t.Errorf("the error is %v", err)
	}
	lines := strings.Split(strings.TrimSpace(out), "\n")
	slices.Sort(lines)
	for n, line := range lines {
		if want := groupOf(0, n).ID + "\t\"" + groupOf(0, n).Subject + "\""; line != want {
			t.Errorf("a line is %q, want %q", line, want)
		}
	}
	if len(lines) != 4 {
		t.Errorf("the output has %d lines:\n%s", len(lines), out)
	}
	for _, want := range []string{"number=3 error=\"wagroups: GetGroup", "number=5 error=\"wagroups: groupID", "131041"} {
		if !strings.Contains(errOut, want) {
			t.Errorf("%q is not in\n%s", want, errOut)
		}
	}
	hasNoSecrets(t, errOut)
}

// What would hit the other groups too ends the run.
func TestStops(t *testing.T) {
	many := slices.Repeat([]string{groupOf(0, 0).ID}, 100)
	for _, c := range []struct {
		fault fakegraph.Fault
		class error
	}{
		{fakegraph.Fault{Code: 190, Times: 1000}, client.ErrUnauthorized},
		{fakegraph.Fault{Code: 4, RetryAfter: "3600", Times: 1000}, client.ErrRateLimited},
	} {
		g := startGraph(t)
		g.FailNext(c.fault)
		out, errOut, err := g.alone(t.Context(), nil, many...)
		if !errors.Is(err, c.class) || out != "" {
			t.Errorf("the error is %v, want %v; the output %q", err, c.class, out)
		}
		if n := len(g.Requests()); n > 8 {
			t.Errorf("%v: %d requests were sent", c.class, n)
		}
		hasNoSecrets(t, errOut+err.Error())
	}
}

// A group that was read when the interruption came gets its line.
func TestInterruptedAfterTheAnswer(t *testing.T) {
	g := startGraph(t)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	c, err := client.New(client.StaticToken(testToken), client.WithBaseURL(g.url),
		client.WithObserver(func(context.Context, client.Attempt) { interrupt() }))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	r := &reader{client: c, out: &out, log: slog.New(slog.DiscardHandler)}
	if err := r.read(ctx, job{1, groupOf(0, 0).ID}); err != nil || !strings.Contains(out.String(), groupOf(0, 0).Subject) {
		t.Errorf("ended with %v, the output is %q", err, out.String())
	}
}

func TestLongLine(t *testing.T) {
	_, _, err := startGraph(t).alone(t.Context(), strings.NewReader(strings.Repeat("A", 1<<17)), "-")
	if err == nil || err.Error() != "standard input: bufio.Scanner: token too long" {
		t.Errorf("the error is %v", err)
	}
}

func TestInterruptedWhileNothingComesIn(t *testing.T) {
	g := startGraph(t)
	ctx, cancel := context.WithCancel(t.Context())
	in, writer := io.Pipe()
	defer func() { _ = writer.Close() }()
	done := make(chan error)
	go func() {
		_, _, err := g.alone(ctx, in, "-")
		done <- err
	}()
	if _, err := io.WriteString(writer, groupOf(0, 0).ID+"\n"); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestArguments(t *testing.T) {
	const url = "redis://user:plantedRedisPassword@"
	for _, c := range []struct{ args, redis, want string }{
		{"ID", "", "-rate: must be at least 1, is 0"},
		{"-rate 5 ID", "", "-processes: must be 1 to 10000, is 0"},
		{"-rate 5 -processes 2", "", "ID: at least one is needed, or - to read them from standard input"},
		{"-rate 5 -processes 2 -burst 1 ID", "", "-burst: must be at least 2, is 1"},
		{"-rate 5 -processes 10001 ID", "", "-processes: must be 1 to 10000, is 10001"},
		{"-rate 5 -processes 2 -period 0s ID", "", "-period: must be positive and at most 24h, is 0s"},
		{"-rate 5 -processes 2 -period 25h ID", "", "-period: must be positive and at most 24h, is 25h0m0s"},
		{"-rate 200000 -processes 2 ID", "", "-rate: must be at most 100000 a second, is 200000 in 1s"},
		{"-rate 5 -processes 2 -key= ID", "", "-key: must not be empty"},
		{"-rate 5 -processes 2 -redis-timeout 5us ID", "", "-redis-timeout: must be at least 1ms, is 5µs"},
		{"-rate 5 -processes 2 -concurrency 257 ID", "", "-concurrency: must be 1 to 256, is 257"},
		{"-rate five ID", "", `invalid value "five" for flag -rate: parse error`},
		{"-rate 5 -processes 2 ID", url + "host:port/0", ""},
		{"-rate 5 -processes 2 ID", url + "host/zero", ""},
		{"-rate 5 -processes 2 ID", url + "host?no_such=option", ""},
		{"-rate 5 -processes 2 ID", "plantedRedisPassword", ""},
	} {
		want := c.want
		if c.redis != "" {
			want = "REDIS_URL: must be a URL such as redis://user:password@host:6379/0 or unix:///path"
		}
		_, err := parse(strings.Fields(c.args), func(string) string { return c.redis }, io.Discard)
		if err == nil || err.Error() != want {
			t.Errorf("%s: the error is %v, want %s", c.args, err, want)
		}
	}
}

func TestHelp(t *testing.T) {
	var b strings.Builder
	if _, err := parse([]string{"-h"}, os.Getenv, &b); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("the error is %v", err)
	}
	for _, want := range []string{
		"REDIS_URL", "-rate", "-period", "-burst", "-processes", "-key", "-redis-timeout", "-concurrency",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%s is not in\n%s", want, &b)
		}
	}
}
