package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// The state that the fake shows is a seed, photos included, and Ctrl-C ends it within a second: while the page is open
// under the name of --host, a request hangs, an upload and a webhook do not end, and nothing reads what it logs.
func TestFakeEnds(t *testing.T) {
	t.Parallel()
	seed := fmt.Sprintf("{\"groups\":[{\"id\":\"Zstate\",\"photo\":%q}]}\n",
		base64.StdEncoding.EncodeToString(jpegOf(200, 200)))
	for _, output := range []string{"--quiet", "--output=json"} {
		t.Run(output, func(t *testing.T) {
			t.Parallel()
			delivered := make(chan struct{})
			receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				close(delivered)
				<-t.Context().Done()
			}))
			t.Cleanup(receiver.Close)
			ctx, interrupt := context.WithCancel(t.Context())
			shown, out := io.Pipe()
			logged, log := io.Pipe() // nothing reads it
			t.Cleanup(func() { _ = logged.Close() })
			ended := make(chan int, 1)
			go func() {
				args := []string{"fake", "--addr", "127.0.0.1:0", "--host", "fake.internal", "--seed", "-", output,
					"--webhook", receiver.URL}
				ended <- run(ctx, args, streams{in: strings.NewReader(seed), out: out, err: log},
					func(name string) string { return map[string]string{envAppSecret: testSecret}[name] })
			}()
			first, err := bufio.NewReader(shown).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			url := strings.TrimSpace(first)
			if output != "--quiet" {
				url = strings.Split(first, `"`)[3]
			}
			request := func(method, path, body string) *http.Request {
				req, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				req.Host = "fake.internal"
				req.Header.Set("Authorization", "Bearer "+testToken)
				req.Header.Set("Content-Type", "application/json")
				return req
			}
			call := func(method, path, body string) io.Reader {
				resp, err := http.DefaultClient.Do(request(method, path, body))
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = resp.Body.Close() })
				return resp.Body
			}
			hang := func(method, path, body string) {
				req := request(method, path, body)
				go func() {
					if resp, err := http.DefaultClient.Do(req); err == nil {
						_ = resp.Body.Close()
					}
				}()
			}
			state, err := io.ReadAll(call(http.MethodGet, "/_fake/state", ""))
			if err != nil || string(state) != seed {
				t.Errorf("%v, state %.200s", err, state)
			}
			hang(http.MethodPost, "/v23.0/Zstate", `{"messaging_product":"whatsapp","subject":"x"}`)
			<-delivered
			upload, err := new(net.Dialer).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "http://"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = upload.Close() })
			_, err = io.WriteString(upload, "POST /v23.0/Zstate HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n"+
				"Authorization: Bearer x\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n\r\n")
			if err != nil {
				t.Fatal(err)
			}
			if line, err := bufio.NewReader(upload).ReadString('\n'); line != "HTTP/1.1 100 Continue\r\n" {
				t.Fatal(line, err)
			}
			call(http.MethodPost, "/_fake/faults", `[{"stall":true},{"cut_after":-1}]`)
			hang(http.MethodGet, "/v23.0/Zstate", "") // it takes a fault, and the queue is shorter then
			events := bufio.NewScanner(call(http.MethodGet, "/_fake/events", ""))
			for events.Scan() && !strings.Contains(events.Text(), `"faults":2`) {
				continue
			}
			start := time.Now()
			interrupt()
			if code := <-ended; code != exitOK || time.Since(start) > time.Second {
				t.Errorf("exit code %d after %s", code, time.Since(start))
			}
		})
	}
}
