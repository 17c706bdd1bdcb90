package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/go-redis/redis_rate/v10"
	"github.com/redis/go-redis/v9"
)

// settings is what the command line and the environment say. All processes of a fleet need the same limit, key, number
// of processes and Redis.
type settings struct {
	limit        redis_rate.Limit
	processes    int
	key          string
	redis        *redis.Options
	redisTimeout time.Duration
	concurrency  int
	ids          []string
}

// parse writes the usage to errOut when it is asked for; the error is flag.ErrHelp then.
func parse(args []string, getenv func(string) string, errOut io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("fleet", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.IntVar(&s.limit.Rate, "rate", 0, "`number` of requests of the whole fleet in each period; required")
	flags.DurationVar(&s.limit.Period, "period", time.Second, "period of -rate, a `duration` such as 1h")
	flags.IntVar(&s.limit.Burst, "burst", 5, "`number` of requests of the whole fleet that may go at once after a pause")
	flags.IntVar(&s.processes, "processes", 0, "`number` of processes in the fleet; required")
	flags.StringVar(&s.key, "key", "whatsapp", "`name` of the limit in Redis, one for each app; no secret, no group id")
	flags.DurationVar(&s.redisTimeout, "redis-timeout", 250*time.Millisecond,
		"`duration` after which Redis counts as away; calls wait that long when it hangs")
	flags.IntVar(&s.concurrency, "concurrency", 8, "`number` of requests of this process that may be under way at once")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(errOut)
			_, _ = fmt.Fprint(errOut, "usage: fleet [flags] ID...\n\nThe ID - reads ids from standard input, one per line. "+
				"REDIS_URL names the Redis.\n\n")
			flags.PrintDefaults()
		}
		return settings{}, err
	}
	s.ids = flags.Args()
	if err := s.check(); err != nil {
		return settings{}, err
	}
	var err error
	s.redis, err = redisOptions(cmp.Or(getenv("REDIS_URL"), "redis://127.0.0.1:6379/0"), s.redisTimeout)
	return s, err
}

func (s *settings) check() error {
	switch {
	case s.limit.Rate < 1:
		return fmt.Errorf("-rate: must be at least 1, is %d", s.limit.Rate)
	case s.limit.Period <= 0 || s.limit.Period > 24*time.Hour:
		return fmt.Errorf("-period: must be positive and at most 24h, is %s", s.limit.Period)
	case interval(s.limit) < 10*time.Microsecond:
		// Redis counts in microseconds.
		return fmt.Errorf("-rate: must be at most 100000 a second, is %d in %s", s.limit.Rate, s.limit.Period)
	case s.limit.Burst < 2:
		// A permit that is not taken at once must not be lost: processes ask a little late. And AllowAtMost rounds
		// down: with a burst of 1 it finds 0.99999 permits for many rates, and never gives one.
		return fmt.Errorf("-burst: must be at least 2, is %d", s.limit.Burst)
	case s.processes < 1 || s.processes > 10000:
		return fmt.Errorf("-processes: must be 1 to 10000, is %d", s.processes)
	case s.key == "":
		return errors.New("-key: must not be empty")
	case s.redisTimeout < time.Millisecond:
		return fmt.Errorf("-redis-timeout: must be at least 1ms, is %s", s.redisTimeout)
	case s.concurrency < 1 || s.concurrency > 256:
		return fmt.Errorf("-concurrency: must be 1 to 256, is %d", s.concurrency)
	case len(s.ids) == 0:
		return errors.New("ID: at least one is needed, or - to read them from standard input")
	}
	return nil
}
