package main

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// closing is a listener that tells when it is closed, which is how a shutdown begins.
type closing struct {
	net.Listener
	closed chan struct{}
}

func (l closing) Close() error {
	close(l.closed)
	return l.Listener.Close()
}

// A request that is under way when the program is told to stop still gets its answer.
func TestServeFinishesWhatIsUnderWay(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := closing{inner, make(chan struct{})}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() {
		served <- serve(ctx, listener, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			stop()
			<-listener.closed
			_, _ = io.WriteString(w, "done")
		}))
	}()

	transport := &http.Transport{DisableKeepAlives: true}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+listener.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "done" {
		t.Errorf("the answer is %q, %v", body, err)
	}
	if err := <-served; err != nil {
		t.Errorf("serve ended with %v", err)
	}
}

func TestRunListens(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	var log strings.Builder
	err := run(ctx, []string{"-addr", "127.0.0.1:0"}, func(name string) string {
		return map[string]string{"WHATSAPP_ACCESS_TOKEN": token}[name]
	}, &log)
	if err != nil || !strings.Contains(log.String(), "listening") {
		t.Errorf("ended with %v, log %q", err, log.String())
	}
	wantNoSecret(t, "the log", log.String())
}

func TestArguments(t *testing.T) {
	for _, c := range []struct {
		args  []string
		token string
		want  string
	}{
		{[]string{"-addr", "nowhere"}, token, "-addr: listen tcp: address nowhere: missing port in address"},
		{[]string{"-adr", "x"}, token, "flag provided but not defined: -adr; the one flag is -addr HOST:PORT"},
		{[]string{"127.0.0.1:1"}, token, "there are no arguments besides -addr HOST:PORT"},
		{nil, "", "WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: wagroups: token: must not be empty"},
	} {
		env := map[string]string{"WHATSAPP_ACCESS_TOKEN": c.token}
		err := run(t.Context(), c.args, func(name string) string { return env[name] }, io.Discard)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: got %v, want %s", c.args, err, c.want)
		}
	}
}
