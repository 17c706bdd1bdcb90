// Sync reads the metadata of many groups into a file, one JSON object on each line, with Graph's names:
//
//	{"id":"…","subject":"Allotment Neighbours","total_participant_count":2,…}
//	{"id":"…","error":"not found"}
//
// The lines have the order of the responses. A run that is interrupted, even by kill -9, is resumed by the same
// command: an ID that has a line is not read again. That includes groups that were not found; to ask for those again,
// remove their lines. When the server throttles, the client holds back all calls for as long as the server asks. One
// run at a time may write to a file.
//
// To try it without a token, run "wagroups fake" in one terminal, which prints the ID of a group, and in another, in
// client/examples:
//
//	export WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token
//	echo ID >ids.txt
//	go run ./sync -ids ids.txt -out groups.jsonl
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "sync:", err)
		os.Exit(1)
	}
}

// run is the program; more are options of the client, for tests.
func run(
	ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer,
	more ...client.Option,
) (err error) {
	flags := flag.NewFlagSet("sync", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // main prints the error
	ids := flags.String("ids", "", "`file` with one group ID on each line; - is the standard input")
	out := flags.String("out", "", "`file` to write, or to go on with")
	concurrency := flags.Int("concurrency", 16, "how many groups are read at once, 1 to 256")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(stdout)
		flags.Usage()
		return nil
	case err != nil:
		return err
	case *ids == "" || *out == "" || flags.NArg() > 0:
		return errors.New("usage: sync -ids FILE -out FILE [-concurrency N]")
	case *concurrency < 1 || *concurrency > 256:
		return fmt.Errorf("-concurrency: must be 1 to 256, is %d", *concurrency)
	}

	s := &syncer{log: log.New(stderr, "", 0)}
	s.client, err = client.New(client.StaticToken(getenv("WHATSAPP_ACCESS_TOKEN")), append([]client.Option{
		client.WithBaseURL(cmp.Or(getenv("WAGROUPS_BASE_URL"), client.DefaultBaseURL)),
		// A call waits as long as the server asks, up to an hour; each attempt still has its own bound of 30 seconds.
		client.WithRetryPolicy(client.RetryPolicy{MaxAttempts: 6, MaxDelay: time.Hour}),
		client.WithTimeout(0),
		client.WithObserver(s.observe),
	}, more...)...)
	if err != nil {
		return fmt.Errorf("WHATSAPP_ACCESS_TOKEN or WAGROUPS_BASE_URL: %w", err)
	}
	jobs, err := readIDs(*ids, stdin)
	if err != nil {
		return fmt.Errorf("-ids: %w", err)
	}
	var done map[string]bool
	s.journal, done, err = openJournal(*out)
	if err != nil {
		return fmt.Errorf("-out: %s: %w", *out, err)
	}
	defer func() { err = errors.Join(err, s.journal.close()) }()

	var todo []job
	for _, j := range jobs {
		if !done[j.id] {
			todo = append(todo, j)
		}
	}
	err = s.run(ctx, todo, *concurrency)
	read, missing := s.read.Load(), s.missing.Load()
	_, e := fmt.Fprintf(stdout, "%d IDs: %d were done before, %d read now, %d not found, %d left\n",
		len(jobs), len(jobs)-len(todo), read, missing, int64(len(todo))-read-missing)
	return errors.Join(err, e)
}

// job is one group to read.
type job struct {
	id   string
	line int // names the group in messages: the ID encodes a phone number
}

// readIDs returns each ID once. It skips blank lines and the byte order mark that some editors write.
func readIDs(path string, stdin io.Reader) (jobs []job, err error) {
	in := stdin
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	seen := map[string]bool{"": true}
	lines := bufio.NewScanner(in)
	for n := 1; lines.Scan(); n++ {
		id := strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\uFEFF"))
		if !seen[id] {
			seen[id] = true
			jobs = append(jobs, job{id, n})
		}
	}
	return jobs, lines.Err()
}
