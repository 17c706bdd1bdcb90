package main

import (
	"context"
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const (
	groupID     = "Y2FwaV9ncm91cDoxNTU1MDEwMDAxMToxMjAzNjMwMDAwMDAwMDAwMDAZD"
	accessToken = "EAAplantedToken+with/odd=characters"
)

func startFake(t *testing.T) *fakegraph.Server {
	t.Helper()
	return fakegraph.Start(t, fakegraph.WithToken(accessToken), fakegraph.WithGroups(
		fakegraph.Group{ID: groupID, Subject: "Allotment Neighbours"}))
}

// startCounting makes groups whose calls are counted, and serves their metrics.
func startCounting(t *testing.T, fake *fakegraph.Server) (*countedGroups, *prometheus.Registry, string) {
	t.Helper()
	registry := prometheus.NewRegistry()
	m := newMetrics(registry)
	c, err := client.New(client.StaticToken(accessToken), client.WithBaseURL(fake.URL()),
		client.WithObserver(m.observeAttempt), client.WithRetryPolicy(client.RetryPolicy{
			MaxAttempts: 3, BaseDelay: time.Millisecond, MaxDelay: time.Millisecond,
		}))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- serve(ctx, listener, registry) }()
	t.Cleanup(func() {
		stop()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return &countedGroups{client: c, metrics: m}, registry, "http://" + listener.Addr().String() + "/metrics"
}

func fetch(ctx context.Context, address string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// linesWith returns the lines that begin with a name.
func linesWith(text, name string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, name) {
			b.WriteString(line)
		}
	}
	return b.String()
}

func wantNoLeak(t *testing.T, text string) {
	t.Helper()
	for _, secret := range []string{groupID, accessToken} {
		for _, form := range []string{
			secret, url.QueryEscape(secret), url.PathEscape(secret),
			base64.RawStdEncoding.EncodeToString([]byte(secret)), base64.RawURLEncoding.EncodeToString([]byte(secret)),
		} {
			if strings.Contains(text, form) {
				t.Errorf("a secret stands in %s", text)
			}
		}
	}
}
