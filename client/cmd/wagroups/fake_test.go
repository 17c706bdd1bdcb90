package main

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// The state that the fake shows is a seed, photos included, and Ctrl-C ends it within a second: while the page is open,
// a request hangs, and nothing reads what it logs.
func TestFakeEnds(t *testing.T) {
	t.Parallel()
	seed := fmt.Sprintf("{\"groups\":[{\"id\":\"Zstate\",\"photo\":%q}]}\n",
		base64.StdEncoding.EncodeToString(jpegOf(200, 200)))
	for _, output := range []string{"--quiet", "--output=json"} {
		t.Run(output, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			shown, out := io.Pipe()
			logged, log := io.Pipe() // nothing reads it
			t.Cleanup(func() { _ = logged.Close() })
			ended := make(chan int, 1)
			go func() {
				ended <- run(ctx, []string{"fake", "--addr", "127.0.0.1:0", "--seed", "-", output},
					streams{in: strings.NewReader(seed), out: out, err: log}, func(string) string { return "" })
			}()
			first, err := bufio.NewReader(shown).ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			url := strings.TrimSpace(first)
			if output != "--quiet" {
				url = strings.Split(first, `"`)[3]
			}
			call := func(method, path, body string) io.Reader {
				req, err := http.NewRequestWithContext(t.Context(), method, url+path, strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				req.Header.Set("Content-Type", "application/json")
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = resp.Body.Close() })
				return resp.Body
			}
			state, err := io.ReadAll(call(http.MethodGet, "/_fake/state", ""))
			if err != nil || string(state) != seed {
				t.Errorf("%v, state %.200s", err, state)
			}
			call(http.MethodPost, "/_fake/faults", `[{"stall":true},{"cut_after":-1}]`)
			go func() { // the fault is taken when the queue is shorter
				req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, url+"/v23.0/Zstate", nil)
				if resp, err := http.DefaultClient.Do(req); err == nil {
					_ = resp.Body.Close()
				}
			}()
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
