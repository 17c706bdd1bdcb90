package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func listID(n int) string {
	return fmt.Sprintf("%sMDEwMDA5OToxMjAzNjMwMDAwMDAwMDA%04dZD", testIDStart, n)
}

// startList starts a server with groups 1 to n, and returns their ids too.
func startList(t *testing.T, n int) (*fakegraph.Server, world, []string) {
	t.Helper()
	groups := make([]fakegraph.Group, n)
	ids := make([]string, n)
	for i := range groups {
		ids[i] = listID(i + 1)
		groups[i] = fakegraph.Group{ID: ids[i], Subject: fmt.Sprintf("Plot %d", i+1)}
	}
	fake, w := startFake(t, fakegraph.WithGroups(groups...))
	return fake, w, ids
}

// between puts a handler of the test's own in front of a fake.
func (w world) between(t *testing.T, h http.HandlerFunc) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	w.env[envBaseURL] = server.URL
}

func block(n int) string { return fmt.Sprintf("Group    %s\nSubject  Plot %d\n", listID(n), n) }

func object(n int) string { return fmt.Sprintf(`{"id":"%s","subject":"Plot %d"}`+"\n", listID(n), n) }

func TestGetList(t *testing.T) {
	_, w, ids := startList(t, 3)
	// A duplicate is read again.
	w.expect(t, block(2)+"\n"+block(1)+"\n"+block(2), "get", "--fields", "subject", ids[1], ids[0], ids[1])
	w.expect(t, object(2)+object(1), "get", "--fields", "subject", "--output", "json", ids[1], ids[0])

	w.in = strings.NewReader("\n  " + ids[1] + "\r\n" + ids[2])
	w.expect(t, object(1)+object(2)+object(3)+object(1),
		"get", ids[0], "-", ids[0], "--fields", "subject", "-o", "json", "--concurrency", "1")
	w.in = strings.NewReader(ids[0] + "\n")
	w.expect(t, object(1), "get", "-", "--fields", "subject", "-o", "json")
	w.in = strings.NewReader("\n")
	w.expect(t, "", "get", "-")
}

// Answers come in any order; what is shown does not.
func TestGetListOrder(t *testing.T) {
	const n = 60
	fake, w, ids := startList(t, n)
	handler := fake.Handler()
	for _, c := range []struct {
		peak  int
		flags []string
	}{
		{defaultConcurrency, nil},
		{3, []string{"--concurrency", "3"}},
	} {
		var requests gauge
		var waiting sync.WaitGroup // so many come at once that nothing but a limit holds back more
		waiting.Add(c.peak)
		first := make(chan struct{}, c.peak)
		w.between(t, func(rw http.ResponseWriter, r *http.Request) {
			defer requests.enter()()
			select {
			case first <- struct{}{}:
				waiting.Done()
				waiting.Wait()
			default:
			}
			handler.ServeHTTP(rw, r)
		})
		var want strings.Builder
		for i := range n {
			want.WriteString(object(i + 1))
			fake.FailNext(fakegraph.Fault{Delay: time.Duration(rand.IntN(15)) * time.Millisecond})
		}
		w.in = strings.NewReader(strings.Join(ids, "\n"))
		w.expect(t, want.String(), append([]string{"get", "-", "--fields", "subject", "-o", "json"}, c.flags...)...)
		if requests.peak != c.peak {
			t.Errorf("%d requests at a time, want %d", requests.peak, c.peak)
		}
	}
}

// What is there is shown although a later answer stalls and somebody still types.
func TestGetListStreams(t *testing.T) {
	fake, w, ids := startList(t, 4)
	release := make(chan struct{})
	answered := make(chan struct{}, len(ids))
	handler := fake.Handler()
	w.between(t, func(rw http.ResponseWriter, r *http.Request) {
		if path.Base(r.URL.Path) == ids[1] {
			<-release
		}
		handler.ServeHTTP(rw, r)
		answered <- struct{}{}
	})
	in, typing := io.Pipe()
	out, stdout := io.Pipe()
	w.in = in
	done := make(chan string, 1)
	go func() {
		code, errOut := w.runTo(t, stdout, "get", "-", "--fields", "subject", "-o", "json")
		done <- fmt.Sprint(code, errOut)
	}()
	shown := bufio.NewReader(out)
	expectLine := func(want string) {
		t.Helper()
		if line, err := shown.ReadString('\n'); line != want || err != nil {
			t.Errorf("it shows %q, %v", line, err)
		}
	}
	_, _ = io.WriteString(typing, ids[0]+"\n")
	expectLine(object(1))
	_, _ = io.WriteString(typing, ids[1]+"\n"+ids[2]+"\n")
	<-answered
	<-answered // the third, too
	_, _ = io.WriteString(typing, ids[3]+"\n")
	<-answered
	close(release)
	for n := 2; n <= 4; n++ {
		expectLine(object(n))
	}
	_ = typing.Close()
	if got := <-done; got != "0" {
		t.Errorf("it ended with %s", got)
	}
}

const (
	notFoundLine = "GetGroup: group not found: (#131041) Group does not exist or is not accessible: There is no such group, " +
		"or this business is not a member of it. (HTTP status 400, code 131041, trace id Fake%08d); check the id, and whether " +
		"your business is in the group"
	wrongIDLine = "ID: may contain letters, digits, _, = and - only; character 3 is '/'"
)

// One failure hides neither groups nor other failures. Run checks that no id is among the errors.
func TestGetListFailures(t *testing.T) {
	unknown, wrong := listID(9999), "Z2/"+listID(1)
	for name, c := range map[string]struct {
		args []string
		in   string
		code int
		out  string
		err  []string // without "wagroups: "
	}{
		"all of one kind": {
			[]string{unknown, listID(1), unknown}, "", exitNotFound, block(1),
			[]string{
				"group 1: " + fmt.Sprintf(notFoundLine, 1), "group 3: " + fmt.Sprintf(notFoundLine, 3),
				"2 of 3 groups could not be read",
			},
		},
		"wrong ids": {
			[]string{wrong, listID(1), listID(2)}, "", exitUsage, block(1) + "\n" + block(2),
			[]string{"group 1: " + wrongIDLine, "1 of 3 groups could not be read"},
		},
		"of two kinds, on standard input": {
			[]string{listID(2), "-"}, unknown + "\n\n" + listID(1) + "\n" + wrong, exitOther, block(2) + "\n" + block(1),
			[]string{
				"line 1 of the standard input: " + fmt.Sprintf(notFoundLine, 2), "line 4 of the standard input: " + wrongIDLine,
				"2 of 4 groups could not be read",
			},
		},
		"the only one": {
			[]string{"-"}, wrong, exitUsage, "",
			[]string{"line 1 of the standard input: " + wrongIDLine, "1 of 1 group could not be read"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, w, _ := startList(t, 2)
			w.in = strings.NewReader(c.in)
			args := append([]string{"get", "--concurrency", "1", "--fields", "subject"}, c.args...)
			code, out, errOut := w.run(t, args...)
			want := "wagroups: " + strings.Join(c.err, "\nwagroups: ") + "\n"
			if code != c.code || out != c.out || errOut != want {
				t.Errorf("exit code %d, want %d; stdout\n%s\nstderr\n%s\nwant\n%s", code, c.code, out, errOut, want)
			}
		})
	}
}

// Once the token is refused or a quota is used up, every further request would be one too many.
func TestGetListStops(t *testing.T) {
	const notRead = "1 of 4 groups could not be read; not tried: 2"
	refused := fakegraph.Fault{Status: 401, Code: 190, Message: "Expired"}
	for name, c := range map[string]struct {
		fault fakegraph.Fault
		args  []string
		code  int
		err   string
		sum   string
	}{
		"token": {
			refused, []string{listID(1), listID(2), listID(3), listID(4)}, exitUnauthorized, "group 2: GetGroup: unauthorized: ",
			notRead,
		},
		"quota": {
			fakegraph.Fault{Code: 4, RetryAfter: "3600"}, []string{listID(1), listID(2), listID(3), listID(4)}, exitRateLimited,
			"group 2: GetGroup: rate limited: ", notRead,
		},
		"standard input": {
			refused, []string{listID(1), "-", listID(3), listID(4)}, exitUnauthorized,
			"line 1 of the standard input: GetGroup: unauthorized: ", notRead + " and the rest of the standard input",
		},
	} {
		t.Run(name, func(t *testing.T) {
			fake, w, _ := startList(t, 4)
			in, typing := io.Pipe() // stays open
			t.Cleanup(func() { _ = typing.Close() })
			go func() { _, _ = io.WriteString(typing, listID(2)+"\n"+listID(3)+"\n") }()
			w.in = in
			fake.FailNext(fakegraph.Fault{}, c.fault)
			code, out, errOut := w.run(t, append([]string{"get", "--concurrency", "1", "--fields", "subject"}, c.args...)...)
			lines := strings.Split(errOut, "\n")
			if code != c.code || out != block(1) || len(lines) != 3 || !strings.HasPrefix(lines[0], "wagroups: "+c.err) ||
				lines[1] != "wagroups: "+c.sum {
				t.Errorf("exit code %d, stdout\n%s\nstderr\n%s", code, out, errOut)
			}
			if n := len(fake.Requests()); n != 2 {
				t.Errorf("%d requests were sent", n)
			}
		})
	}
}

// What is wrong with all calls is said once.
func TestGetListWrongField(t *testing.T) {
	fake, w, ids := startList(t, 3)
	w.expectFailure(t, exitUsage, fmt.Sprintf(wrongFieldLine, 1), append([]string{"get", "--fields", "colour"}, ids...)...)
	if n := len(fake.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// Ctrl-C ends what is under way; what was read before is still shown.
func TestGetListInterrupted(t *testing.T) {
	fake, w, ids := startList(t, 5)
	ctx, cancel := contextThatEnds(t)
	arrived := make(chan struct{}, len(ids))
	handler := fake.Handler()
	w.between(t, func(rw http.ResponseWriter, r *http.Request) {
		switch path.Base(r.URL.Path) {
		case ids[0]:
			handler.ServeHTTP(rw, r)
		default:
			arrived <- struct{}{}
			<-r.Context().Done()
		}
	})
	go func() {
		<-arrived
		<-arrived
		cancel()
	}()
	w.ctx = ctx
	code, out, errOut := w.run(t, append([]string{"get", "--concurrency", "2", "--fields", "subject"}, ids...)...)
	const want = "wagroups: interrupted; 2 of 5 groups could not be read; not tried: 2\n"
	if code != exitOther || out != block(1) || errOut != want {
		t.Errorf("exit code %d, stdout\n%s\nstderr\n%s", code, out, errOut)
	}
}

// Ctrl-C while nothing is under way and somebody could still type.
func TestGetListInterruptedInput(t *testing.T) {
	_, w, _ := startList(t, 1)
	in, typing := io.Pipe()
	t.Cleanup(func() { _ = typing.Close() })
	var cancel context.CancelFunc
	w.ctx, cancel = contextThatEnds(t)
	w.in = readerThen{in, cancel}
	w.expectFailure(t, exitOther, "wagroups: interrupted; not tried: the rest of the standard input", "get", "-")
}

// A disk that is full ends everything: nobody could keep what else is read.
func TestGetListOutputFails(t *testing.T) {
	fake, w, ids := startList(t, 2)
	w.in = strings.NewReader(strings.Repeat(ids[0]+"\n", 1000))
	code, errOut := w.runTo(t, fullDisk{}, "get", "-")
	if code != exitOther || errOut != "wagroups: the result could not be written: no space left on device\n" {
		t.Errorf("exit code %d, stderr %q", code, errOut)
	}
	if n := len(fake.Requests()); n > 2*ahead*defaultConcurrency {
		t.Errorf("%d requests were sent", n)
	}
}
