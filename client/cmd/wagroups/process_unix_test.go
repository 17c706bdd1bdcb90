//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// envAsCommand makes the test binary behave as the command. It is that, with the tests beside it, so nothing is built
// for tests that need a process.
const envAsCommand = "WAGROUPS_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(envAsCommand) != "" {
		main()
	}
	os.Exit(m.Run())
}

// binary returns the path of the command, in a folder with nothing else in it, and an environment for it.
func binary(t *testing.T, env ...string) (path string, environ []string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "wagroups")
	if err := os.Symlink(self, path); err != nil {
		t.Fatal(err)
	}
	environ = append(os.Environ(), envAsCommand+"=1", envAppSecret+"=", envNoColor+"=", envColumns+"=",
		"GORACE=atexit_sleep_ms=0") // the race detector would keep each process for a second
	return path, append(environ, env...)
}

// The command as a process: exit codes and signals go through the operating system here.
func TestProcess(t *testing.T) {
	t.Parallel()
	start := func(baseURL string, args ...string) (cmd *exec.Cmd, stdout, stderr *bytes.Buffer) {
		t.Helper()
		path, environ := binary(t, envToken+"="+testToken, envBaseURL+"="+baseURL)
		cmd = exec.CommandContext(t.Context(), path, args...)
		cmd.Env = environ
		stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
		cmd.Stdout, cmd.Stderr = stdout, stderr
		return cmd, stdout, stderr
	}

	t.Run("fake and the others", func(t *testing.T) {
		server, _, serverErr := start("", "fake", "--addr", "127.0.0.1:0", "--output", "json")
		server.Stdout = nil
		pipe, err := server.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
		var fake fakeResult
		if err := json.NewDecoder(pipe).Decode(&fake); err != nil {
			t.Fatal(err)
		}
		get, stdout, stderr := start(fake.URL, "get", fake.Groups[0].ID, "--fields", "subject")
		if err := get.Run(); err != nil || stderr.Len() > 0 ||
			stdout.String() != "Group    "+fake.Groups[0].ID+"\nSubject  Allotment Neighbours\n" {
			t.Errorf("get: %v, stdout %q, stderr %q", err, stdout, stderr)
		}
		missing, _, _ := start(fake.URL, "get", "Zunknown")
		if code := exitCodeOf(t, missing.Run()); code != exitNotFound {
			t.Errorf("an unknown group: exit code %d", code)
		}
		// Neither end is a terminal.
		remove, _, _ := start(fake.URL, "delete", fake.Groups[0].ID)
		if code := exitCodeOf(t, remove.Run()); code != exitUsage {
			t.Errorf("delete without --yes: exit code %d", code)
		}
		if err := server.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if err := server.Wait(); err != nil || serverErr.Len() > 0 {
			t.Errorf("fake ended with %v, stderr %q", err, serverErr)
		}
	})

	t.Run("interrupt", func(t *testing.T) {
		arrived := make(chan struct{})
		server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			arrived <- struct{}{}
			<-r.Context().Done()
		}))
		t.Cleanup(server.Close)
		for _, c := range []struct {
			args []string
			code int
			line string
		}{
			{[]string{"get", testID}, exitOther, "wagroups: interrupted; nothing was changed\n"},
			{
				[]string{"update", testID, "--subject", "x"}, exitUnavailable, "wagroups: UpdateGroup: outcome unknown: context " +
					"canceled; it may have been carried out: look with 'wagroups get' before you repeat it\n",
			},
		} {
			cmd, stdout, stderr := start(server.URL, c.args...)
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			<-arrived
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			if code := exitCodeOf(t, cmd.Wait()); code != c.code || stdout.Len() > 0 || stderr.String() != c.line {
				t.Errorf("%v: exit code %d, stdout %q, stderr %q", c.args, code, stdout, stderr)
			}
		}
	})
}

// When nobody reads any more, as after "| head", a list ends at once, and as quietly as other commands.
func TestProcessBrokenPipe(t *testing.T) {
	t.Parallel()
	fake, w, ids := startList(t, 1)
	path, environ := binary(t, envToken+"="+testToken, envBaseURL+"="+w.env[envBaseURL])
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), path, "get", "-")
	cmd.Env, cmd.Stdin, cmd.Stderr = environ, strings.NewReader(strings.Repeat(ids[0]+"\n", 10_000)), &stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(stdout, make([]byte, 5)); err != nil {
		t.Fatal(err)
	}
	_ = stdout.Close()
	_ = cmd.Wait() // which also tells that nobody read all of the standard input
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != syscall.SIGPIPE {
		t.Errorf("it ended with %v", cmd.ProcessState)
	}
	if stderr.Len() > 0 || len(fake.Requests()) > 1_000 {
		t.Errorf("%d requests, stderr %q", len(fake.Requests()), stderr.String())
	}
}

func exitCodeOf(t *testing.T, err error) int {
	t.Helper()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		t.Fatalf("the process ended with %v", err)
	}
	return exit.ExitCode()
}
