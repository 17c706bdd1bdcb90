package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9/logging"
	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	groupID     = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
	token       = "EAAplantedTokenOfTheTests"
	password    = "plantedRedisPassword"
	appSecret   = "plantedAppSecretOfTheTests"
	verifyToken = "plantedVerifyToken"
	lost        = `msg="shared rate limit lost, keeping to the share of this process"`
	back        = `msg="shared rate limit is back"`
	line        = "allotment " + groupID + "\n"
)

func TestMain(m *testing.M) {
	logging.Disable()
	goleak.VerifyTestMain(m)
}

// freeAddress is one on which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// startRedis runs a redis-server that keeps nothing on disk. It takes connections when startRedis returns.
func startRedis(t *testing.T, address string, args ...string) (stop func()) {
	t.Helper()
	_, port, _ := net.SplitHostPort(address)
	server := exec.CommandContext(t.Context(), "redis-server", append([]string{
		"--bind", "127.0.0.1", "--port", port, "--requirepass", password, "--save", "", "--dir", t.TempDir(),
	}, args...)...)
	out, err := server.StdoutPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		t.Fatalf("%v; on Debian and Ubuntu: apt-get install redis-server", err)
	}
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
			return func() { _, _ = server.Process.Kill(), server.Wait() }
		}
	}
	t.Fatal("redis-server ended:", server.Wait())
	return nil
}

// process is a running fleet program. Its output has to be read.
type process struct {
	in    io.WriteCloser
	out   *bufio.Scanner
	log   chan string // its lines
	ended chan error
}

func start(ctx context.Context, t *testing.T, baseURL, redisAddress string, args ...string) *process {
	t.Helper()
	folder := t.TempDir()
	for business, content := range map[string]string{"allotment": token + "\n", "choir": "another-token"} {
		if err := os.WriteFile(filepath.Join(folder, business), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{
		"WAGROUPS_BASE_URL": baseURL, "REDIS_URL": "redis://:" + password + "@" + redisAddress,
		"WHATSAPP_APP_SECRET": appSecret, "WHATSAPP_VERIFY_TOKEN": verifyToken,
	}
	stdin, in := io.Pipe()
	out, stdout := io.Pipe()
	log, stderr := io.Pipe()
	p := &process{in: in, out: bufio.NewScanner(out), log: make(chan string, 1000), ended: make(chan error, 1)}
	go func() {
		defer close(p.log)
		for lines := bufio.NewScanner(log); lines.Scan(); {
			p.log <- lines.Text()
		}
	}()
	// No slow machine makes Redis look away: a process that alone takes it for away adds its share.
	args = append([]string{"-tokens", folder, "-rate", "50", "-processes", "2", "-redis-timeout", "1m"}, args...)
	go func() {
		err := run(ctx, args, func(name string) string { return env[name] }, stdin, stdout, stderr)
		_, _, _ = stdin.Close(), stdout.Close(), stderr.Close()
		p.ended <- err
	}()
	return p
}

// feed sends lines and then reads as many from the output.
func (p *process) feed(t *testing.T, text string) {
	t.Helper()
	go func() { _, _ = io.WriteString(p.in, text) }()
	for range strings.Count(text, "\n") {
		if !p.out.Scan() || p.out.Text() != groupID+"\t\"Allotment Neighbours\"" {
			t.Errorf("the output is %q", p.out.Text())
		}
	}
}

// logs reads the log up to the line that holds a text, and returns that. Neither an ID nor a secret may be in it.
func (p *process) logs(t *testing.T, text string) string {
	t.Helper()
	for line := range p.log {
		for _, secret := range []string{groupID, token, password, appSecret, verifyToken} {
			if strings.Contains(line, secret) {
				t.Errorf("%s is in the log: %s", secret, line)
			}
		}
		if strings.Contains(line, text) {
			return line
		}
	}
	t.Errorf("%s is not in the log", text)
	return ""
}

func startFake(t *testing.T, more ...fakegraph.Option) *fakegraph.Server {
	t.Helper()
	return fakegraph.Start(t, append(more, fakegraph.WithToken(token),
		fakegraph.WithGroups(fakegraph.Group{ID: groupID, Subject: "Allotment Neighbours"}))...)
}

func TestFleetSharesTheLimit(t *testing.T) {
	fake, address := startFake(t), freeAddress(t)
	defer startRedis(t, address)()
	fake.FailNext(fakegraph.Fault{Status: 503, Times: 5}) // retries count too
	begin := time.Now()
	a, b := start(t.Context(), t, fake.URL(), address), start(t.Context(), t, fake.URL(), address)
	done := make(chan struct{})
	go func() { defer close(done); a.feed(t, strings.Repeat(line, 35)) }()
	b.feed(t, strings.Repeat(line, 35))
	<-done
	// 75 requests at 50 a second, 5 of them at once; with a limit for each process half that time is enough.
	if took := time.Since(begin); took < 1390*time.Millisecond || len(fake.Requests()) != 75 {
		t.Errorf("%d requests in %s", len(fake.Requests()), took)
	}
	for _, p := range []*process{a, b} {
		if err := errors.Join(p.in.Close(), <-p.ended); err != nil {
			t.Error(err)
		}
	}
}

// What Redis says is in the log, when it goes and when it comes back; the work goes on with the share of the process.
func TestFleetWithoutRedis(t *testing.T) {
	fake, address := startFake(t), freeAddress(t)
	p := start(t.Context(), t, fake.URL(), address)
	for _, c := range []struct {
		away bool
		args []string // of redis-server
		log  string
	}{
		{away: true, log: lost + ` error="dial tcp ` + address + ": connect: connection refused"},
		{log: back},
		{args: []string{"--maxmemory", "1"}, log: lost + ` error="OOM command not allowed`},
		{log: back},
		{args: []string{"--requirepass", "another"}, log: lost + ` error="WRONGPASS`},
		{log: back},
		// Redis quotes the command that it does not know, with the password.
		{args: []string{"--rename-command", "HELLO", "", "--rename-command", "AUTH", ""}, log: lost + ` error="ERR unknown`},
	} {
		stop := func() {}
		if !c.away {
			stop = startRedis(t, address, c.args...)
		}
		p.feed(t, strings.Repeat(line, 4))
		p.logs(t, c.log)
		stop()
	}
	if err := errors.Join(p.in.Close(), <-p.ended); err != nil {
		t.Error(err)
	}
}

// A Redis that takes connections and says nothing counts as away too.
func TestFleetWithSilentRedis(t *testing.T) {
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	p := start(t.Context(), t, startFake(t).URL(), silent.Addr().String(), "-redis-timeout", "20ms")
	p.feed(t, line)
	p.logs(t, lost)
	if err := errors.Join(p.in.Close(), <-p.ended); err != nil {
		t.Error(err)
	}
}

// One line that cannot be read does not keep the others from being read.
func TestLines(t *testing.T) {
	fake, address := startFake(t), freeAddress(t)
	defer startRedis(t, address)()
	p := start(t.Context(), t, fake.URL(), address, "-concurrency", "1")
	p.feed(t, "\uFEFF"+line)
	for i, c := range []struct{ text, log string }{
		{"allotment bm9uZQ", "wagroups: GetGroup: group not found"},
		{"allotment not/an/ID", "wagroups: groupID: "},
		{"choir " + groupID, "wagroups: GetGroup: unauthorized"},
		{"orchestra " + groupID, "no such file or directory"},
		{"../tokens/allotment " + groupID, "path escapes from parent"},
		{groupID, "must be a business and the ID of a group"},
	} {
		go func() { _, _ = io.WriteString(p.in, "\r\n"+c.text+"\r\n") }()
		got := p.logs(t, fmt.Sprintf("msg=\"line failed\" line=%d error=", 2*i+3))
		if !strings.Contains(got, c.log) {
			t.Errorf("%s: the log says %s", c.text, got)
		}
	}
	p.feed(t, line)
	_ = p.in.Close()
	if err := <-p.ended; err == nil || err.Error() != "6 line(s) failed" {
		t.Errorf("the error is %v", err)
	}
}

func TestInterruptedWhileNothingComesIn(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	p := start(ctx, t, startFake(t).URL(), freeAddress(t), "-processes", "1")
	interrupt()
	if err := <-p.ended; err == nil || err.Error() != "interrupted" {
		t.Errorf("the error is %v", err)
	}
}

func TestArguments(t *testing.T) {
	for args, want := range map[string]string{
		"":                               "usage: fleet -tokens FOLDER -rate N -processes N <FILE, or fleet -listen HOST:PORT",
		"-listen :x -redis-timeout 0":    "-redis-timeout: must be at least 1ms, is 0s",
		"-tokens . -processes 1":         "-rate: must be 1 to 10000, is 0",
		"-tokens . -rate 5":              "-burst and -processes: must be at least 1, are 5 and 0",
		"-tokens . -rate 5 -processes 1": "REDIS_URL: must be a URL such as redis://user:password@host:6379/0 or unix:///path",
		"-tokens . -rate 5 -concurrency=0 -processes 1": "-concurrency: must be 1 to 256, is 0",
		"-rate x": `invalid value "x" for flag -rate: parse error`,
		"--help":  "",
	} {
		var out strings.Builder
		url := func(string) string { return "redis://:" + password + "@host/zero" }
		err := run(t.Context(), strings.Fields(args), url, nil, &out, io.Discard)
		if (want == "") != (err == nil) || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
		if (want == "") != strings.Contains(out.String(), "-concurrency") {
			t.Errorf("%s: printed %q", args, &out)
		}
	}
}
