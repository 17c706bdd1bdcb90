package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

const token = "EAAplantedTokenOfTheTests"

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func id(n int) string { return fmt.Sprintf("Y2FwaV9ncm91cDo%05dZD", n) }

// groups are n of them, and ids the input that names them.
func groups(n int) (option fakegraph.Option, ids string) {
	all := make([]fakegraph.Group, n)
	for i := range all {
		all[i] = fakegraph.Group{ID: id(i), Subject: fmt.Sprint("Allotment ", i)}
		ids += id(i) + "\n"
	}
	return fakegraph.WithGroups(all...), ids
}

// start runs the program and returns what it printed. Nothing but the file may hold the token or an ID.
func start(
	ctx context.Context, t *testing.T, fake *fakegraph.Server, ids, args string, more ...client.Option,
) (printed string, err error) {
	t.Helper()
	env := map[string]string{"WAGROUPS_BASE_URL": fake.URL(), "WHATSAPP_ACCESS_TOKEN": token}
	var out, log strings.Builder
	err = run(ctx, strings.Fields(args), func(name string) string { return env[name] }, strings.NewReader(ids), &out, &log,
		more...)
	printed = log.String() + out.String()
	if text := fmt.Sprint(printed, err); strings.Contains(text, id(0)[:15]) || strings.Contains(text, token) {
		t.Errorf("the token or an ID is in %s", text)
	}
	return printed, err
}

func sorted(t *testing.T, path string) string {
	t.Helper()
	file, err := os.ReadFile(path)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return strings.Join(slices.Sorted(strings.Lines(string(file))), "")
}

func TestSync(t *testing.T) {
	known, three := groups(3)
	_, many := groups(25)
	line := func(n int) string {
		return fmt.Sprintf(`{"id":%q,"subject":"Allotment %d","suspended":false,"participants":[],`+
			`"total_participant_count":0}`+"\n", id(n), n)
	}
	const unknown, missing, again = "bm9uZQ", `{"id":"bm9uZQ","error":"not found"}` + "\n", "; the same command tries them again"
	for name, c := range map[string]struct {
		ids, before  string // the input, and the file at the start
		args         string // beside -ids and -out, or instead of them
		fault        fakegraph.Fault
		file         string // its lines at the end, sorted
		printed, err string // are contained
	}{
		"byte order mark, CRLF, blank and repeated lines": {
			ids: "\uFEFF" + id(0) + "\r\n\r\n " + id(1) + "\n" + id(0), file: line(0) + line(1),
			printed: "2 IDs: 0 were done before, 2 read now, 0 not found, 0 left\n",
		},
		"not found": {ids: unknown, file: missing, printed: "1 IDs: 0 were done before, 0 read now, 1 not found, 0 left\n"},
		"goes on after a part of a line": {
			ids: three + unknown, before: missing + line(0) + line(1)[:30], file: line(0) + line(1) + line(2) + missing,
			printed: "4 IDs: 2 were done before, 2 read now, 0 not found, 0 left\n",
		},
		"no ID": {
			ids: "not/an/ID\n" + id(0), file: line(0), printed: "line 1: wagroups: groupID: ",
			err: "1 IDs were refused: correct or remove their lines",
		},
		"failure that may pass": {
			ids: three, fault: fakegraph.Fault{GroupID: id(1), Code: 2, Times: 6}, file: line(0) + line(2),
			printed: "line 2: wagroups: GetGroup: unavailable", err: "1 groups could not be read" + again,
		},
		"a gateway says nothing about groups": {
			ids: id(0), fault: fakegraph.Fault{Status: 404, HTML: true}, err: "1 groups could not be read" + again,
		},
		"bad token": {ids: three, args: "-concurrency 1", fault: fakegraph.Fault{Code: 190}, err: "GetGroup: unauthorized"},
		"every group fails": {
			ids: many, fault: fakegraph.Fault{Status: 503, Times: 1000}, err: "20 groups in a row could not be read, the last",
		},
		"file of something else":        {ids: three, before: "{}\n", file: "{}\n", err: "line 1 was not written by this"},
		"half a line of something else": {ids: three, before: `{"i'`, file: `{"i'`, err: "line 1 was not written by this"},
		"device":                        {args: "-out /dev/null", err: "-out: /dev/null: not a regular file"},
		"no file of IDs":                {args: "-ids missing", err: "-ids: open missing: "},
		"too many at once":              {args: "-concurrency 257", err: "-concurrency: must be 1 to 256, is 257"},
		"argument":                      {args: "x", err: "usage: sync -ids FILE -out FILE [-concurrency N]"},
		"help":                          {args: "--help", printed: "-concurrency"},
	} {
		t.Run(name, func(t *testing.T) {
			fake := fakegraph.Start(t, known, fakegraph.WithToken(token))
			fake.FailNext(c.fault)
			out := filepath.Join(t.TempDir(), "out.jsonl")
			if err := os.WriteFile(out, []byte(c.before), 0o600); err != nil {
				t.Fatal(err)
			}
			printed, err := start(t.Context(), t, fake, c.ids, "-ids - -out "+out+" "+c.args)
			if (c.err == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.err) {
				t.Errorf("the error is %v, want %s", err, c.err)
			}
			if !strings.Contains(printed, c.printed) {
				t.Errorf("printed\n%s\nwant\n%s", printed, c.printed)
			}
			if file := sorted(t, out); file != c.file {
				t.Errorf("the file is\n%s\nwant\n%s", file, c.file)
			}
		})
	}
}

// A run that is interrupted again and again leaves one line for each ID, and reads no group twice that has a line.
func TestResume(t *testing.T) {
	const n = 300
	known, ids := groups(n)
	var requests, last atomic.Int64
	interrupt := func() {}
	fake := fakegraph.Start(t, known, fakegraph.WithMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if requests.Add(1) == last.Load() {
				interrupt()
			}
			next.ServeHTTP(w, r)
		})
	}))
	out := filepath.Join(t.TempDir(), "out.jsonl")
	runs := int64(1)
	for ; ; runs++ {
		fake.FailNext(fakegraph.Fault{Status: 503}, fakegraph.Fault{CutAfter: 10}, fakegraph.Fault{HTML: true, Status: 502})
		var ctx context.Context
		ctx, interrupt = context.WithCancel(t.Context())
		last.Store(requests.Load() + 60)
		_, err := start(ctx, t, fake, ids, "-ids - -out "+out)
		interrupt()
		if err == nil {
			break
		}
		if err.Error() != "interrupted; the same command goes on from here" {
			t.Fatal(err)
		}
	}
	if most := n + (3+16)*runs; requests.Load() > most || runs < 4 || strings.Count(sorted(t, out), "\n") != n {
		t.Errorf("%d requests in %d runs, want at most %d; the file is\n%s", requests.Load(), runs, most, sorted(t, out))
	}
}

// While the server wants to be left alone no request is sent, and no group is lost.
func TestThrottled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		known, ids := groups(100)
		fake, err := fakegraph.New(known)
		if err != nil {
			t.Fatal(err)
		}
		defer fake.Close()
		fake.FailNext(fakegraph.Fault{GroupID: id(50), Status: 429, Code: 4, RetryAfter: "1800"},
			fakegraph.Fault{GroupID: id(50), Status: 429, Code: 4, RetryAfter: "3600"})
		begin, out := time.Now(), filepath.Join(t.TempDir(), "out")
		printed, err := start(t.Context(), t, fake, ids, "-ids - -out "+out, client.WithHTTPClient(fake.Doer()))
		if err != nil || !strings.Contains(printed, "the server throttles; one call tries again in 30m") {
			t.Errorf("%v\n%s", err, printed)
		}
		if took := time.Since(begin); took < 90*time.Minute || took > 91*time.Minute || len(fake.Requests()) != 102 {
			t.Errorf("%d requests in %s", len(fake.Requests()), took)
		}
	})
}

// After a failed write part of a line may be there, so nothing may follow.
func TestJournalStopsAfterFailure(t *testing.T) {
	j, _, err := openJournal(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	good := j.file
	defer good.Close()
	if j.file, err = os.Open(good.Name()); err != nil { // to read only
		t.Fatal(err)
	}
	defer j.file.Close()
	first := j.append(missing{})
	j.file = good
	if second := j.append(missing{}); first == nil || second == nil || sorted(t, good.Name()) != "" {
		t.Errorf("errors %v and %v, the file is %q", first, second, sorted(t, good.Name()))
	}
}
