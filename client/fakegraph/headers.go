package fakegraph

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	headerTraceID  = "X-Fb-Trace-Id"
	headerBusiness = "X-Business-Use-Case-Usage"
	headerServed   = "Facebook-Api-Version"

	typeJSON = "application/json; charset=UTF-8"
	product  = "whatsapp"
)

// requestsPerPercent is how many requests add a percent to the usage headers. Nothing happens at 100.
const requestsPerPercent = 10

// answerHeader returns the header of the answer to the n-th request, the same one in every run but for the Date.
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
