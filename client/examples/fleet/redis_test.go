package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Redis that takes connections and never answers holds up no call beyond its deadline, and the next ones not at all.
func TestRedisThatNeverAnswers(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	options, err := redisOptions("redis://"+listener.Addr().String(), redisTimeout)
	if err != nil {
		t.Fatal(err)
	}
	rdb := redis.NewClient(options)
	defer func() { _ = rdb.Close() }()
	var log strings.Builder
	ask := askRedis(rdb, "whatsapp", perSecond, redisTimeout)
	l := newLimiter(ask, perSecond, 1, slog.New(slog.NewTextHandler(&log, nil)))

	ctx, cancel := context.WithTimeout(t.Context(), redisTimeout/5)
	defer cancel()
	if err := l.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the call with a deadline got %v", err)
	}
	start := time.Now()
	for range 3 {
		if err := l.Wait(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if took := time.Since(start); took > 4*time.Second {
		t.Errorf("the calls after that took %s", took) // the timeouts of go-redis are 5 seconds
	}
	l.stop()
	if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), "shared rate limit lost") {
		t.Errorf("the log is\n%s", &log)
	}
}
