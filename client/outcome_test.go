package client_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

const maxAnswer = 1 << 20

// padded is a group with spaces behind it, n bytes in all.
func padded(n int) string {
	const group = `{"id":"g"}`
	return group + strings.Repeat(" ", n-len(group))
}

func zipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write([]byte(s))
	_ = w.Close()
	return b.String()
}

// inChunks hides the length of a body from the client.
func inChunks(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(body[:1]))
		_ = http.NewResponseController(w).Flush()
		_, _ = w.Write([]byte(body[1:]))
	}
}

func TestLengthOfAnAnswer(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		tooLong bool
	}{
		{"a few bytes in chunks", inChunks(`{"id":"g"}`), false},
		{"one byte less than the first buffer", clienttest.Respond(200, padded(1023)), false},
		{"as long as the first buffer, in chunks", inChunks(padded(1024)), false},
		{"1 MiB", clienttest.Respond(200, padded(maxAnswer), "Content-Length", strconv.Itoa(maxAnswer)), false},
		{"1 MiB in chunks", inChunks(padded(maxAnswer)), false},
		{"1 MiB after decompression", clienttest.Respond(200, zipped(padded(maxAnswer)), "Content-Encoding", "gzip"), false},
		{"a byte more", clienttest.Respond(200, padded(maxAnswer+1), "Content-Length", strconv.Itoa(maxAnswer+1)), true},
		{"a byte more in chunks", inChunks(padded(maxAnswer + 1)), true},
		{"a byte more after decompression",
			clienttest.Respond(200, zipped(padded(maxAnswer+1)), "Content-Encoding", "gzip"), true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := clienttest.Serve(t, tt.handler).Client(clienttest.NoRetries).GetGroup(t.Context(), "g")
			if !tt.tooLong {
				clienttest.WantClass(t, err, nil)
				return
			}
			clienttest.WantClass(t, err, client.ErrMalformedResponse)
			if e := clienttest.AsError(t, err); e.StatusCode != 200 || len(e.Body) > 4<<10 || !strings.Contains(e.Message,
				"1 MiB") {
				t.Errorf("status %d, %d bytes, %s", e.StatusCode, len(e.Body), e.Message)
			}
		})
	}
}

// The status of a failure counts, however long its body is.
func TestLengthOfAFailure(t *testing.T) {
	for _, handler := range []http.HandlerFunc{
		clienttest.Respond(404, strings.Repeat("x", maxAnswer+1), "Content-Length", strconv.Itoa(maxAnswer+1)),
		clienttest.Respond(404, zipped(strings.Repeat("x", 2*maxAnswer)), "Content-Encoding", "gzip"),
	} {
		_, err := clienttest.Serve(t, handler).Client().GetGroup(t.Context(), "g")
		clienttest.WantClass(t, err, client.ErrUnknown)
		if n := len(clienttest.AsError(t, err).Body); n > 4<<10 {
			t.Errorf("%d bytes are kept", n)
		}
	}
}
