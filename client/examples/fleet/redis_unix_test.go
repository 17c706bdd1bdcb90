//go:build unix

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/go-redis/redis_rate/v10"
)

// Redis repeats a command that it does not know, and the password of an AUTH with it.
func TestRedisErrorsKeepThePassword(t *testing.T) {
	for _, c := range []struct {
		name   string
		args   []string
		echoes bool
		reason string
	}{
		{"no AUTH", []string{"--rename-command", "HELLO", "", "--rename-command", "AUTH", ""}, true, "ERR"},
		{"another password", []string{"--requirepass", "another"}, false, "WRONGPASS"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := newRedis(t, c.args...)
			server.start()
			_, err := askRedis(server.connect(), "whatsapp", perSecond, time.Minute)(t.Context(), 1)
			if err == nil {
				t.Fatal("Redis gave a permit")
			}
			if strings.Contains(err.Error(), redisPassword) != c.echoes {
				t.Errorf("Redis says %v", err)
			}
			if got := reason(err); got != c.reason {
				t.Errorf("the log would say %q, want %q", got, c.reason)
			}
		})
	}
}

func TestRedisIsNotLostForAnImpatientCaller(t *testing.T) {
	server := newRedis(t)
	server.start()
	var log strings.Builder
	ask := askRedis(server.connect(), "whatsapp", perSecond, time.Minute)
	l := newLimiter(ask, perSecond, 1, slog.New(slog.NewTextHandler(&log, nil)))
	if err := l.Wait(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.hang()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := l.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the impatient caller got %v", err)
	}
	server.goOn()
	if err := l.Wait(t.Context()); err != nil {
		t.Error(err)
	}
	l.stop()
	if log.Len() > 0 {
		t.Errorf("the log is\n%s", &log)
	}
}

func TestRedisCounts(t *testing.T) {
	server := newRedis(t)
	server.start()
	rdb := server.connect()
	// So slow that no permit comes back while the test runs.
	limit := redis_rate.Limit{Rate: 1, Period: time.Hour, Burst: 5}
	ask := askRedis(rdb, "five", limit, time.Minute)
	for i, c := range []struct{ atMost, least, most int }{
		{1, 1, 1}, {2, 2, 2}, {5, 1, 2}, // the last permit may be a little less than one
		{1, 0, 0}, {5, 0, 0},
	} {
		result, err := ask(t.Context(), c.atMost)
		if err != nil {
			t.Fatal(err)
		}
		if result.Allowed < c.least || result.Allowed > c.most {
			t.Errorf("question %d: %d permits, want %d to %d", i+1, result.Allowed, c.least, c.most)
		}
		if c.most == 0 && (result.RetryAfter <= 0 || result.RetryAfter > time.Hour) {
			t.Errorf("question %d: retry after %s", i+1, result.RetryAfter)
		}
	}
	// Many intervals are not exact in binary, and the permits of a full bucket are a little less than the burst then.
	for rate := 1; rate <= 100; rate++ {
		limit := redis_rate.Limit{Rate: rate, Period: time.Minute, Burst: 2}
		result, err := askRedis(rdb, fmt.Sprint("rate", rate), limit, time.Minute)(t.Context(), 1)
		if err != nil {
			t.Fatal(err)
		}
		if result.Allowed != 1 {
			t.Errorf("no permit at %d a minute", rate)
		}
	}
}
