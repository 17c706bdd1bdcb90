package fakegraph

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// reply is a response before it is sent. Operations write to it, so that it can be checked, or lost, first.
type reply struct {
	status int
	header http.Header
	body   []byte
	// refusal is the error that the body holds.
	refusal *graphError
}

var _ http.ResponseWriter = (*reply)(nil)

func (rep *reply) Header() http.Header    { return rep.header }
func (rep *reply) WriteHeader(status int) { rep.status = status }

func (rep *reply) Write(p []byte) (int, error) {
	if rep.status == 0 {
		rep.status = http.StatusOK
	}
	rep.body = append(rep.body, p...)
	return len(p), nil
}

// fail makes the response an error.
func fail(w http.ResponseWriter, e *graphError) { e.write(w.(*reply)) }

// hold waits as long as a fault wants. It returns false when the client has disconnected.
func (s *Server) hold(ctx context.Context, f Fault) bool {
	if f.Delay <= 0 && !f.Stall {
		return true
	}
	ctx, release := s.untilClosed(ctx)
	defer release()
	if !sleep(ctx, f.Delay) {
		return false
	}
	if f.Stall {
		<-ctx.Done()
		return false
	}
	return true
}

// respond sends a response, as much of it as a fault lets through.
func (s *Server) respond(w http.ResponseWriter, r *http.Request, rep *reply, f Fault) {
	header := w.Header()
	maps.Copy(header, rep.header)
	// Without a length, a client can tell a response that is cut off from a complete one, wherever the cut is.
	if f.CutAfter == 0 && !f.Endless {
		header.Set("Content-Length", strconv.Itoa(len(rep.body)))
	}
	w.WriteHeader(rep.status)
	switch {
	case f.CutAfter != 0:
		_, _ = w.Write(rep.body[:min(max(0, f.CutAfter), len(rep.body))])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case f.Endless:
		s.writeEndless(w, r, rep.body)
		panic(http.ErrAbortHandler)
	default:
		// The client may be gone, which is its right.
		_, _ = w.Write(rep.body)
	}
}

func (s *Server) writeEndless(w http.ResponseWriter, r *http.Request, body []byte) {
	ctx, release := s.untilClosed(r.Context())
	defer release()
	spaces := bytes.Repeat([]byte(" "), 32<<10)
	_, err := w.Write(body)
	for err == nil && ctx.Err() == nil {
		_, err = w.Write(spaces)
	}
}

const (
	headerTraceID  = "X-Fb-Trace-Id"
	headerBusiness = "X-Business-Use-Case-Usage"
	headerServed   = "Facebook-Api-Version"

	typeJSON = "application/json; charset=UTF-8"
	product  = "whatsapp"
)

// requestsPerPercent is how many requests add a percent to the usage headers. Nothing happens at 100.
const requestsPerPercent = 10

// answerHeader returns the header of the response to the n-th request. It is the same in every run, except the Date.
func (c *contract) answerHeader(r *http.Request, n int, now time.Time) http.Header {
	used := min(100, n/requestsPerPercent)
	return http.Header{
		"Content-Type":    {typeJSON},
		"Date":            {httpDate(now)},
		headerServed:      {c.servedVersion(r.URL.Path)},
		headerTraceID:     {fmt.Sprintf("Fake%08d", n)},
		"X-Fb-Request-Id": {fmt.Sprintf("FakeRequest%08d", n)},
		"X-Fb-Rev":        {"1030000000"},
		"X-App-Usage":     {fmt.Sprintf(`{"call_count":%d,"total_time":%d,"total_cputime":%d}`, used, used/2, used/4)},
		headerBusiness:    {businessUsage(used, 0)},
	}
}

func businessUsage(used, regainAccess int) string {
	return fmt.Sprintf(`{"100200300":[{"type":"whatsapp_business_management","call_count":%d,"total_cputime":%d,`+
		`"total_time":%d,"estimated_time_to_regain_access":%d}]}`, used, used/4, used/2, regainAccess)
}

// servedVersion is the version in the path, or the documented one where the path has none.
func (c *contract) servedVersion(path string) string {
	version, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if c.version.VisitJSON(version) != nil {
		return c.documented
	}
	return version
}

func httpDate(t time.Time) string { return t.UTC().Format(http.TimeFormat) }
