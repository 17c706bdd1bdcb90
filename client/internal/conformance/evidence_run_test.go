package conformance

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// TestEndings makes one attempt for each ending with each operation, over HTTP/1.1 and HTTP/2.
func TestEndings(t *testing.T) {
	for _, e := range endings {
		if e.response.status != 0 {
			e.http1 = whole(func(p *peer) {
				e.response.http1(p)
				if !e.response.cut {
					p.untilClosed()
				}
			})
			e.http2 = e.response.http2
		}
		for _, op := range clienttest.Operations {
			class := e.change
			if !op.Change {
				class = e.read
			}
			if class == "" {
				continue
			}
			if e.http1 != nil {
				t.Run(e.evidence+"/"+e.name+"/HTTP/1.1/"+op.Name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { e.run(t, faultPipe(t, e.http1), op, class) })
				})
			}
			if e.http2 != nil {
				t.Run(e.evidence+"/"+e.name+"/HTTP/2/"+op.Name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { e.run(t, faultHTTP2(t, e.http2), op, class) })
				})
			}
		}
	}
}

func (e *ending) run(t *testing.T, s *faultServer, op clienttest.Operation, class string) {
	t.Helper()
	if e.prepare != nil {
		e.prepare(s)
	}
	opts := []client.Option{clienttest.NoRetries}
	if e.doer != nil {
		opts = append(opts, client.WithHTTPClient(e.doer(s.transport)))
	}
	start := time.Now()
	err := op.Call(t.Context(), s.client(t, opts...), clienttest.GroupID)
	if got := clienttest.ClassesOf(err); got != class {
		t.Errorf("%q, want %s: %v", got, class, err)
	}
	clienttest.Equal(t, "time", time.Since(start), 0)
}

// The table of the package documentation and the endings have the same rows and the same classes.
func TestEndingsAreDocumented(t *testing.T) {
	doc := clienttest.ReadFile(t, "../../doc.go")
	for _, problem := range differences(doc, endings) {
		t.Error(problem)
	}
	for _, test := range []struct{ was, is, want string }{
		{"//	401, cut", "//	418, cut", "401, cut: not documented; 418, cut: no ending"},
		{"sent once                     ErrNotSent   ", "sent once                     ErrAmbiguous",
			rowRefusedStream + ": ErrNotSent, the documentation says ErrAmbiguous"},
	} {
		found := differences(strings.Replace(doc, test.was, test.is, 1), endings)
		clienttest.Equal(t, "differences", strings.Join(found, "; "), test.want)
	}
}

// differences holds the table in the text of a package documentation to the endings.
func differences(doc string, endings []ending) (problems []string) {
	documented, seen := map[string][]string{}, map[string]bool{}
	heading, table, _ := strings.Cut(doc, " change           read\n")
	column := len(heading) - strings.LastIndex(heading, "//	") - len("//	")
	table, _, _ = strings.Cut(table, "//\n")
	for line := range strings.Lines(table) {
		line = strings.TrimPrefix(line, "//	")
		documented[strings.TrimSpace(line[:column])] = strings.SplitN(strings.TrimSpace(line[column:]), "  ", 2)
	}
	for _, e := range endings {
		row := documented[e.evidence]
		if row == nil && !seen[e.evidence] {
			problems = append(problems, e.evidence+": not documented")
		}
		seen[e.evidence] = true
		for i, class := range []string{e.change, e.read} {
			if i >= len(row) || class == "" {
				continue
			}
			if says := strings.TrimSpace(row[i]); strings.HasPrefix(says, "Err") && says != class {
				problems = append(problems, e.evidence+": "+class+", the documentation says "+says)
			}
		}
	}
	for row := range documented {
		if !seen[row] {
			problems = append(problems, row+": no ending")
		}
	}
	return problems
}
