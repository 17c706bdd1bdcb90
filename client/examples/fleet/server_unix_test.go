//go:build unix

package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const redisPassword = "plantedRedisPassword"

// redisServer is a redis-server of the test's own, on a socket in a folder of its own. It keeps nothing on disk.
type redisServer struct {
	t    *testing.T
	dir  string
	args []string
	cmd  *exec.Cmd
}

func newRedis(t *testing.T, args ...string) *redisServer {
	t.Helper()
	dir, err := os.MkdirTemp("", "fleet") //nolint:usetesting // the path of a socket may not be long
	if err != nil {
		t.Fatal(err)
	}
	r := &redisServer{t: t, dir: dir, args: args}
	t.Cleanup(func() {
		r.kill()
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return r
}

// url is what REDIS_URL says; the server need not run.
func (r *redisServer) url() string { return "unix://:" + redisPassword + "@" + r.socket() }

func (r *redisServer) socket() string { return filepath.Join(r.dir, "redis") }

// start returns when the server takes connections.
func (r *redisServer) start() {
	r.t.Helper()
	program, err := exec.LookPath("redis-server")
	if err != nil {
		r.t.Fatal("redis-server is missing; on Debian and Ubuntu: apt-get install redis-server")
	}
	r.cmd = exec.CommandContext(r.t.Context(), program, append([]string{
		"--port", "0", "--unixsocket", r.socket(), "--requirepass", redisPassword,
		"--save", "", "--appendonly", "no", "--daemonize", "no", "--dir", r.dir,
	}, r.args...)...)
	stdout, err := r.cmd.StdoutPipe()
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.cmd.Start(); err != nil {
		r.t.Fatal(err)
	}
	var said []string
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		said = append(said, lines.Text())
		// Redis 7.2 and newer begin the sentence with it.
		if strings.Contains(strings.ToLower(lines.Text()), "ready to accept connections") {
			return
		}
	}
	r.t.Fatalf("redis-server ended:\n%s", strings.Join(said, "\n"))
}

// kill ends the server without a word to its clients.
func (r *redisServer) kill() {
	if r.cmd == nil {
		return
	}
	if err := r.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		r.t.Error(err)
	}
	_ = r.cmd.Wait() // says that it was killed
	r.cmd = nil
}

// hang leaves the connections open and takes new ones, but answers nothing until goOn.
func (r *redisServer) hang() { r.signal(syscall.SIGSTOP) }

func (r *redisServer) goOn() { r.signal(syscall.SIGCONT) }

func (r *redisServer) signal(s syscall.Signal) {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
}

// connect is for the tests that need no process.
func (r *redisServer) connect() *redis.Client {
	r.t.Helper()
	options, err := redisOptions(r.url(), time.Minute)
	if err != nil {
		r.t.Fatal(err)
	}
	rdb := redis.NewClient(options)
	r.t.Cleanup(func() { _ = rdb.Close() })
	return rdb
}
