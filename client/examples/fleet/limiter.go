package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"golang.org/x/time/rate"
)

// reserve takes the next free moment of the schedule, which all processes share, and returns how many microseconds it
// is away, by the clock of Redis. Moments lie ARGV[1] microseconds apart; after a quiet time ARGV[2] of them are free
// at once. A moment that is taken and not used is lost, so the limit holds whatever becomes of the process.
var reserve = redis.NewScript(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local taken = tonumber(redis.call('GET', KEYS[1]) or 0)
local moment = math.max(taken + ARGV[1], now - ARGV[1] * (ARGV[2] - 1))
redis.call('SET', KEYS[1], string.format('%.0f', moment), 'EX', 3600)
return math.max(moment - now, 0)`)

// limiter is a client.Limiter for many processes: in any stretch of time they send at most rate × time + burst requests
// together.
//
// While Redis is away, each process keeps to its share, the rate divided by the number of processes, and asks Redis
// again before every request. A Redis that comes back without its memory allows another burst, and a process that alone
// cannot reach Redis adds its share to what the others send. To stop instead, return the error of Redis: the calls then
// fail with client.ErrNotSent.
type limiter struct {
	redis    *redis.Client
	password string
	key      string
	timeout  time.Duration // after which Redis counts as away
	interval time.Duration
	burst    int
	share    *rate.Limiter
	log      *slog.Logger
	away     atomic.Bool
}

// openRedis takes a URL such as redis://user:password@host:6379/0, rediss://host (TLS) or unix:///run/redis.sock.
func openRedis(url string, timeout time.Duration) (*redis.Client, error) {
	o, err := redis.ParseURL(url)
	if err != nil {
		// The text of err can quote the password.
		return nil, errors.New("must be a URL such as redis://user:password@host:6379/0 or unix:///path")
	}
	// By default go-redis waits seconds for a response, whatever the context says, and dials and sends several times.
	o.ContextTimeoutEnabled, o.DialTimeout, o.DialerRetries, o.MaxRetries = true, timeout, 1, 1
	return redis.NewClient(o), nil
}

func newLimiter(
	server *redis.Client, key string, timeout time.Duration, perSecond, burst, processes int, log *slog.Logger,
) *limiter {
	return &limiter{
		redis: server, password: server.Options().Password, key: key, timeout: timeout,
		interval: time.Second / time.Duration(perSecond), burst: burst, log: log,
		share: rate.NewLimiter(rate.Limit(perSecond)/rate.Limit(processes), 1),
	}
}

// Wait blocks until one more request may be sent, or until the context ends.
func (l *limiter) Wait(ctx context.Context) error {
	asking, cancel := context.WithTimeout(ctx, l.timeout)
	defer cancel()
	delay, err := reserve.Run(asking, l.redis, []string{l.key}, l.interval.Microseconds(), l.burst).Int64()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	l.say(err)
	if err != nil {
		return l.share.Wait(ctx)
	}
	timer := time.NewTimer(time.Duration(delay) * time.Microsecond)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// say logs when Redis goes and when it comes back.
func (l *limiter) say(err error) {
	if away := err != nil; l.away.Swap(away) == away {
		return
	}
	if err == nil {
		l.log.Info("shared rate limit is back")
		return
	}
	text := err.Error()
	if l.password != "" { // Redis quotes a command that it does not know, and that may be AUTH
		text = strings.ReplaceAll(text, l.password, "[redacted]")
	}
	l.log.Warn("shared rate limit lost, keeping to the share of this process", "error", text)
}
