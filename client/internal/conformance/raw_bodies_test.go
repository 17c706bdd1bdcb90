package conformance

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"runtime"
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
	response     func() wireResponse
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
	{"11 MiB of headers", wireHeaders(11 * mebibyte), unavailable, ambiguous},

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

func wireBody(text string, header ...string) func() wireResponse {
	return wireStatus(http.StatusOK, text, header...)
}

func wireStatus(code int, text string, header ...string) func() wireResponse {
	return func() wireResponse { return wireResponse{status: code, header: header, body: []byte(text)} }
}

func wireEndless(code int) func() wireResponse {
	return func() wireResponse {
		return wireResponse{status: code, body: bytes.Repeat([]byte(" "), 32<<10), endless: true}
	}
}

func wireLength(code int) func() wireResponse {
	return func() wireResponse {
		header := []string{"content-length", fmt.Sprint(1 << 40)}
		return wireResponse{status: code, header: header, body: []byte("{"), cut: true}
	}
}

func wireHeaders(n int) func() wireResponse {
	return func() wireResponse {
		a := wireResponse{status: http.StatusOK, body: []byte(goodBody)}
		value := strings.Repeat("x", 1000)
		for i := range n / len(value) {
			a.header = append(a.header, fmt.Sprintf("x-padding-%d", i), value)
		}
		return a
	}
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
	most, cells := uint64(0), 0
	for _, a := range wireResponses {
		for _, p := range protocols {
			response := a.response().encode(p.major)
			some := clienttest.Operations
			if response.endless || len(response.head)+len(response.wireResponse.body) > mebibyte/10 {
				some = clienttest.Operations[:2] // a read and a change
			}
			for _, op := range some {
				want := a.read
				if op.Change {
					want = a.change
				}
				cells++
				t.Run(a.name+"/"+op.Name+"/"+p.name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						allocated, err := callOverWire(t, response, op)
						clienttest.WantClass(t, err, want)
						most = max(most, allocated)
					})
				})
			}
		}
	}
	t.Logf("%d responses, %d cells with those of both protocols; no call allocated more than %d KiB",
		len(wireResponses), cells, most>>10)
}

// A group has at most 8 participants. Whether a list of 350,000 empty ones is taken for a group is all the same, as
// long as it does not cost a hundred times its length.
func TestManyParticipants(t *testing.T) {
	response := wireBody(`{"id":"` + clienttest.GroupID + `","participants":[{}` + strings.Repeat(",{}", 349000) + `]}`)()
	for _, p := range protocols {
		t.Run(p.name, func(t *testing.T) {
			encoded := response.encode(p.major)
			synctest.Test(t, func(t *testing.T) {
				if _, err := callOverWire(t, encoded, clienttest.OperationNamed("GetGroup")); err != nil {
					clienttest.WantClass(t, err, malformed)
				}
			})
		})
	}
}

// callOverWire makes one call, bounds what it allocates and looks for leaks.
func callOverWire(t *testing.T, response *encodedResponse, op clienttest.Operation) (allocated uint64, err error) {
	t.Helper()
	s := newWireServer(response)
	defer s.close()
	c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries,
		client.WithBaseURL(clienttest.PipeURL), client.WithHTTPClient(&http.Client{Transport: s.transport}))
	if err != nil {
		t.Fatal(err)
	}
	ctx, _ := client.WithCallInfo(t.Context()) // usage headers are decoded only if somebody wants to know

	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err = op.Call(ctx, c, clienttest.GroupID)
	runtime.ReadMemStats(&after)

	allocated = after.TotalAlloc - before.TotalAlloc // freed or not
	if allocated > maxAllocated {
		t.Errorf("%d KiB were allocated, %d KiB are allowed", allocated>>10, maxAllocated>>10)
	}
	clienttest.WantNoSecret(t, "error", fmt.Sprint(err))
	return allocated, err
}
