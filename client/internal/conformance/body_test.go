package conformance

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// maxAllocated bounds what one call may allocate, whatever comes.
const maxAllocated = 6 << 20

const (
	goodBody = `{"id":"` + clienttest.GroupID + `","success":true,"request_id":"1"}`
	mebibyte = 1 << 20
)

// wireResponses are responses without a fake behind them: what one attempt makes of each, for a read and for a change.
var wireResponses = []struct {
	name         string
	response     *wireResponse
	read, change error
}{
	{"exactly 1 MiB", wireBody(paddedBody(mebibyte)), nil, nil},
	{"gzip", wireBody(gzipOf(goodBody), inGzip...), nil, nil},

	{"20,000 deep", wireBody(`{"id":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + "}"),
		malformed, ambiguous},
	{"1 MiB and a byte", wireBody(paddedBody(mebibyte + 1)), malformed, ambiguous},
	{"gzip that ends early", wireBody(gzipOf("{}")[:12], inGzip...), unavailable, ambiguous},
	{"not gzip", wireBody(goodBody, inGzip...), unavailable, ambiguous},

	{"an error in gzip", wireBody(gzipOf(clienttest.GraphError(190)), inGzip...), unauthorized, unauthorized},

	{"gzip bomb of 256 MiB", wireBody(gzipBomb(), inGzip...), malformed, ambiguous},
	{"gzip bomb under 403", wireStatus(403, gzipBomb(), inGzip...), client.ErrForbidden, client.ErrForbidden},
	{"without end", wireEndless(200), malformed, ambiguous},
	{"without end under 403", wireEndless(403), client.ErrForbidden, client.ErrForbidden},
	{"Content-Length of 1 TiB", wireLength(200), unavailable, ambiguous},
	{"Content-Length of 1 TiB under 403", wireLength(403), client.ErrForbidden, client.ErrForbidden},
	{"300 KiB of headers", wireHeaders(300 << 10), unavailable, ambiguous},

	// What is allowed to be long may still be made to cost much more than its length.
	{"a header full of quotas", wireBody(goodBody, "x-business-use-case-usage",
		`{"1":[{}`+strings.Repeat(",{}", 60000)+"]}"), nil, nil},
	{"an error's text of 1 MiB", wireBody(
		`{"error":{"code":190,"message":"` + strings.Repeat("m", mebibyte-100) + `"}}`), unauthorized, unauthorized},
	{"an error's text of 1 MiB under 400", wireStatus(400,
		`{"error":{"code":190,"message":"`+strings.Repeat(`\n`, mebibyte/2-100)+`"}}`), unauthorized, unauthorized},
	{"a broken response of 1 MiB", wireBody(strings.Repeat("<", mebibyte)), malformed, ambiguous},
}

var (
	malformed    = client.ErrMalformedResponse
	ambiguous    = client.ErrAmbiguous
	unavailable  = client.ErrUnavailable
	unauthorized = client.ErrUnauthorized

	inGzip = []string{"content-encoding", "gzip"}
)

// A wireResponse is what a handler sends as it is. The body is made in advance, so that what is allocated during a call
// is the client's.
type wireResponse struct {
	status  int
	header  http.Header
	body    []byte
	endless bool // the body is sent again and again
	cut     bool // the connection, or the stream, is cut off after the body
}

func (a *wireResponse) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	if !a.endless && !a.cut {
		w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	}
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, err := w.Write(a.body)
	for a.endless && err == nil {
		_, err = w.Write(a.body)
	}
	if a.cut {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

func wireBody(text string, header ...string) *wireResponse {
	return wireStatus(http.StatusOK, text, header...)
}

func wireStatus(code int, text string, header ...string) *wireResponse {
	a := &wireResponse{status: code, header: http.Header{}, body: []byte(text)}
	for i := 0; i < len(header); i += 2 {
		a.header.Set(header[i], header[i+1])
	}
	return a
}

func wireEndless(code int) *wireResponse {
	a := wireStatus(code, strings.Repeat(" ", 32<<10))
	a.endless = true
	return a
}

func wireLength(code int) *wireResponse {
	a := wireStatus(code, "{", "Content-Length", strconv.Itoa(1<<40))
	a.cut = true
	return a
}

func wireHeaders(n int) *wireResponse {
	a := wireBody(goodBody)
	value := strings.Repeat("x", 1000)
	for i := range n / len(value) {
		a.header.Set(fmt.Sprintf("X-Padding-%d", i), value)
	}
	return a
}

func paddedBody(n int) string { return goodBody + strings.Repeat(" ", n-len(goodBody)) }

func gzipOf(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.String()
}

// gzipBomb has 256 parts of 1 MiB each, which gzip allows.
func gzipBomb() string { return strings.Repeat(gzipOf(strings.Repeat(" ", mebibyte)), 256) }

// TestWireResponses also measures what each call allocates, so nothing may run beside it.
func TestWireResponses(t *testing.T) {
	for _, a := range wireResponses {
		for _, p := range protocols {
			for _, op := range clienttest.Operations[:2] { // a read and a change
				want := a.read
				if op.Change {
					want = a.change
				}
				t.Run(a.name+"/"+op.Name+"/"+p.name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						clienttest.WantClass(t, callOverWire(t, p.major, a.response, op), want)
					})
				})
			}
		}
	}
}

// A group has at most 8 participants. Whether a list of 350,000 empty ones is taken for a group is all the same, as
// long as it does not cost a hundred times its length.
func TestManyParticipants(t *testing.T) {
	response := wireBody(`{"id":"` + clienttest.GroupID + `","participants":[{}` + strings.Repeat(",{}", 349000) + `]}`)
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if err := callOverWire(t, p.major, response, clienttest.OperationNamed("GetGroup")); err != nil {
					clienttest.WantClass(t, err, malformed)
				}
			})
		})
	}
}

// callOverWire makes one call, bounds what it allocates and looks for leaks.
func callOverWire(t *testing.T, major int, response *wireResponse, op clienttest.Operation) error {
	t.Helper()
	n := newCellNet(major, response)
	defer n.close()
	early := roundTrip(func(r *http.Request) (*http.Response, error) {
		resp, err := n.transport.RoundTrip(r)
		synctest.Wait() // until the server has sent as much as it may before the first byte of the body is read
		return resp, err
	})
	c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries,
		client.WithBaseURL(clienttest.PipeURL), client.WithHTTPClient(&http.Client{Transport: early}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, _ := client.WithCallInfo(t.Context()) // usage headers are decoded only if somebody wants to know

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err = op.Call(ctx, c, clienttest.GroupID)
	runtime.ReadMemStats(&after)

	// Freed or not; the server's part is small.
	if allocated := after.TotalAlloc - before.TotalAlloc; allocated > maxAllocated {
		t.Errorf("%d KiB were allocated, %d KiB are allowed", allocated>>10, maxAllocated>>10)
	}
	clienttest.WantNoSecret(t, "error", fmt.Sprint(err))
	return err
}
