// Sync reads the metadata of many groups into a file, one JSON object on each line:
//
//	{"id":"…","subject":"Allotment Neighbours","total_participant_count":2,…}
//	{"id":"…","error":"not found"}
//
// The lines stand in the order in which the answers came. A run that is interrupted, even by kill -9, is resumed by the
// same command: ids that have a line are not asked for again. That includes groups that were not found; to ask for
// those again, remove their lines. A group that cannot be read for another reason is named by its line and asked for
// again by the next run. When the server throttles, all workers pause together and then go on.
//
// To try it without a token, run "wagroups fake" in one terminal, which prints the id of a group, and in another, in
// client/examples:
//
//	export WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token
//	echo ID >ids.txt
//	go run ./sync -ids ids.txt -out groups.jsonl
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	// The first Ctrl-C ends the run in order; a second one ends the process, for example while it reads a terminal.
	context.AfterFunc(ctx, stop)
	err := run(ctx, process{
		args: os.Args[1:], getenv: os.Getenv, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		isTerminal: term.IsTerminal(int(os.Stderr.Fd())),
	})
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sync:", err)
		os.Exit(1)
	}
}

// process is what surrounds a run.
type process struct {
	args           []string
	getenv         func(string) string
	stdin          io.Reader
	stdout, stderr io.Writer
	isTerminal     bool // of stderr
}

// settings are the flags.
type settings struct {
	ids, out    string
	concurrency int
}

func run(ctx context.Context, p process) (err error) {
	set, err := parse(p.args)
	if err != nil {
		return err
	}
	jobs, err := readIDs(set.ids, p.stdin)
	if err != nil {
		return fmt.Errorf("-ids: %w", err)
	}
	progress := newProgress(p.stderr, p.isTerminal)
	pause := newPause(progress.paused)
	c, err := newClient(p.getenv, pause)
	if err != nil {
		return err
	}
	journal, done, err := openJournal(set.out)
	if err != nil {
		return fmt.Errorf("-out: %w", err)
	}
	defer func() { err = errors.Join(err, journal.close()) }()

	todo := without(jobs, done)
	s := &syncer{client: c, pause: pause, journal: journal, progress: progress, concurrency: set.concurrency}
	progress.start(len(todo))
	err = s.run(ctx, todo)
	progress.end()
	if _, e := fmt.Fprintf(p.stdout, "%d ids: %d were done before, %d read now, %d not found, %d left\n", len(jobs),
		len(jobs)-len(todo), s.read.Load(), s.missing.Load(), s.left(todo)); e != nil {
		err = errors.Join(err, e)
	}
	if err != nil && ctx.Err() != nil {
		return fmt.Errorf("interrupted; the same command goes on from here: %w", err)
	}
	return err
}

func parse(args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("sync", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // the error has it all, and main prints that
	flags.StringVar(&s.ids, "ids", "", "`file` with one group id on each line; - is the standard input")
	flags.StringVar(&s.out, "out", "", "`file` to write, or to go on with")
	flags.IntVar(&s.concurrency, "concurrency", 16, "how many groups are read at once, 1 to 256")
	err := flags.Parse(args)
	switch {
	case err != nil:
	case flags.NArg() > 0:
		err = errors.New("there are flags only, no further arguments")
	case s.ids == "":
		err = errors.New("-ids: must name a file, or be - for the standard input")
	case s.out == "":
		err = errors.New("-out: must name the file to write")
	case s.concurrency < 1 || s.concurrency > 256:
		err = fmt.Errorf("-concurrency: must be 1 to 256, is %d", s.concurrency)
	}
	if err == nil {
		return s, nil
	}
	var usage strings.Builder
	flags.SetOutput(&usage)
	flags.PrintDefaults()
	return s, fmt.Errorf("%w\n%s", err, strings.TrimSuffix(usage.String(), "\n"))
}

// newClient makes a client whose attempts all observe the pause.
func newClient(getenv func(string) string, p *pause, more ...client.Option) (*client.Client, error) {
	options := []client.Option{
		client.WithBaseURL(cmp.Or(getenv("WAGROUPS_BASE_URL"), client.DefaultBaseURL)),
		// Asked before every attempt and told after it: the client's own retries keep to the pause as well.
		client.WithLimiter(p),
		client.WithObserver(func(_ context.Context, a client.Attempt) { p.heard(a.Err) }),
		// Nobody waits for a single group, so a passing fault should not end the run.
		client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 6, MaxDelay: 30 * time.Second}),
		// A call may have to sit out a pause of any length. Each attempt is bounded still, by 30 seconds.
		client.WithTimeout(0),
	}
	c, err := client.New(client.StaticToken(getenv("WHATSAPP_ACCESS_TOKEN")), append(options, more...)...)
	if err != nil {
		return nil, fmt.Errorf("WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: %w", err)
	}
	return c, nil
}
