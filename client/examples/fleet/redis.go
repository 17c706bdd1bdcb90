package main

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// redisOptions reads a URL such as redis://user:password@host:6379/0, rediss://host (TLS) or unix:///run/redis.sock.
// It comes from the environment and stands in no error, because it may hold a password.
func redisOptions(url string, timeout time.Duration) (*redis.Options, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		// What the parser says can quote the password.
		return nil, errors.New("REDIS_URL: must be a URL such as redis://user:password@host:6379/0 or unix:///path")
	}
	// By default go-redis waits 5 seconds for an answer, whatever the context's deadline, dials five times and sends a
	// command four times. Once more is enough for an idle connection that was closed; the rest is up to the limiter.
	o.ContextTimeoutEnabled = true
	o.DialTimeout = timeout
	o.DialerRetries = 1
	o.MaxRetries = 1
	// Two round trips less for each connection.
	o.DisableIdentity = true
	o.MaintNotificationsConfig = &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	return o, nil
}

// askRedis counts under a key that the processes share; redis_rate puts "rate:" in front of it. All of them go by the
// clock of Redis. The timeout bounds one question, connecting included.
func askRedis(rdb *redis.Client, key string, limit redis_rate.Limit, timeout time.Duration) ask {
	counter := redis_rate.NewLimiter(rdb)
	return func(ctx context.Context, atMost int) (*redis_rate.Result, error) {
		// Apart from the caller's context: an impatient caller does not mean that Redis is away.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeout)
		defer cancel()
		return counter.AllowAtMost(ctx, key, limit, atMost)
	}
}

// reason is an error of Redis for the log. Of an error that the server sent only the code is kept, such as LOADING or
// WRONGPASS: some servers repeat a command that they do not know, and the password with it.
func reason(err error) string {
	if reply, ok := errors.AsType[redis.Error](err); ok {
		code, _, _ := strings.Cut(reply.Error(), " ")
		return code
	}
	return err.Error()
}
