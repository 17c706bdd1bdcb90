package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/webhook"
)

const (
	testToken  = "EAAplantedTokenOfTheTests"
	testSecret = "0123456789abcdef0123456789abcdef"
	testID     = "Y2FwaV9ncm91cDoxNTU1MDEwMDA5OToxMjAzNjMwMDAwMDAwMDAwOTkZD"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wagroups": func() { os.Exit(execute()) }})
}

// serverOptions make a fake with one group.
func serverOptions() []fakegraph.Option {
	return []fakegraph.Option{fakegraph.WithToken(testToken), fakegraph.WithGroups(fakegraph.Group{
		ID:                testID,
		Subject:           "Allotment Neighbours",
		Description:       "Seeds.\nWater rota.",
		JoinApprovalMode:  "auto_approve",
		CreationTimestamp: 1735689600,
		Participants: []fakegraph.Participant{
			{WaID: "15550100001"},
			{WaID: "15550100002", UserID: "US.2", Username: "rowan"},
			{UserID: "US.3", ParentUserID: "US.ENT.3"},
		},
	})}
}

// TestScript runs the terminal sessions of testdata/script. Each has a fake of its own and, in addition to the
// commands of testscript: exit CODE COMMAND, fault JSON (a fakegraph.Fault), group JSON, requests COUNT, arrived COUNT
// (waits for that many requests), and deliver READY FILE STATUS (a webhook, to the URL in a file; one called forged is
// not signed).
func TestScript(t *testing.T) {
	t.Parallel()
	type key struct{}
	type rig struct {
		*fakegraph.Server
		arrivals chan struct{}
		arrived  int
	}
	of := func(ts *testscript.TestScript) *rig { return ts.Value(key{}).(*rig) }
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			fake, err := fakegraph.New(serverOptions()...)
			if err != nil {
				return err
			}
			r := &rig{Server: fake, arrivals: make(chan struct{}, 1000)}
			env.Values[key{}] = r
			front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
				switch {
				case req.Method == http.MethodConnect: // it serves as a proxy, too
					w.WriteHeader(http.StatusProxyAuthRequired)
					return
				case strings.HasSuffix(req.URL.Path, "/Ztwice"): // and sends more than was asked for
					conn, _, err := http.NewResponseController(w).Hijack()
					if err == nil {
						const response = "HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{\"id\":\"Ztwice\"}"
						_, _ = io.WriteString(conn, response+response)
					}
					return
				}
				r.arrivals <- struct{}{}
				fake.Handler().ServeHTTP(w, req)
			}))
			env.Defer(func() {
				_ = fake.Close()
				front.Close()
			})
			env.Vars = append(env.Vars, envToken+"="+testToken, envBaseURL+"="+front.URL, "ID="+testID, "TERM=xterm",
				"GORACE=atexit_sleep_ms=0") // the race detector would keep each process for a second
			return os.WriteFile(env.Cd+"/photo.jpg", jpegOf(200, 200), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit": func(ts *testscript.TestScript, _ bool, args []string) {
				code := 0
				if exit, ok := errors.AsType[*exec.ExitError](ts.Exec(args[1], args[2:]...)); ok {
					code = exit.ExitCode()
				}
				if strconv.Itoa(code) != args[0] {
					ts.Fatalf("exit code %d", code)
				}
			},
			"fault": func(ts *testscript.TestScript, _ bool, args []string) {
				var f fakegraph.Fault
				ts.Check(json.Unmarshal([]byte(args[0]), &f))
				of(ts).FailNext(f)
			},
			"group": func(ts *testscript.TestScript, _ bool, args []string) {
				var g fakegraph.Group
				ts.Check(json.Unmarshal([]byte(args[0]), &g))
				ts.Check(of(ts).PutGroup(g))
			},
			"arrived": func(ts *testscript.TestScript, _ bool, args []string) {
				for r := of(ts); strconv.Itoa(r.arrived) != args[0]; r.arrived++ {
					<-r.arrivals
				}
			},
			"deliver": deliver,
			"requests": func(ts *testscript.TestScript, _ bool, args []string) {
				if n := len(of(ts).Requests()); strconv.Itoa(n) != args[0] {
					ts.Fatalf("%d requests", n)
				}
			},
		},
	})
}

// deliver makes the handshake with the server whose first line is in a file, and posts a webhook to it.
func deliver(ts *testscript.TestScript, neg bool, args []string) {
	address := regexp.MustCompile(`http://[0-9.:]+`).FindString(ts.ReadFile(args[0]))
	query := "?hub.mode=subscribe&hub.challenge=42&hub.verify_token=" + ts.Getenv(envVerifyToken)
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address+query, nil)
	ts.Check(err)
	resp, err := http.DefaultClient.Do(r)
	ts.Check(err)
	challenge, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	ts.Check(err)
	if string(challenge) != "42" {
		ts.Fatalf("the handshake got %q", challenge)
	}
	body := ts.ReadFile(args[1])
	r, err = http.NewRequestWithContext(context.Background(), http.MethodPost, address, strings.NewReader(body))
	ts.Check(err)
	if !strings.HasPrefix(args[1], "forged") {
		r.Header.Set(webhook.SignatureHeader, webhook.Sign([]byte(body), ts.Getenv(envAppSecret)))
	}
	resp, err = http.DefaultClient.Do(r)
	ts.Check(err)
	_ = resp.Body.Close()
	if accepted := strconv.Itoa(resp.StatusCode) == args[2]; accepted == neg {
		ts.Fatalf("status %d", resp.StatusCode)
	}
}

// jpegOf encodes a picture of that size.
func jpegOf(width, height int) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil)
	return b.Bytes()
}
