package client_test

import (
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
		{"a byte more", clienttest.Respond(200, padded(maxAnswer+1), "Content-Length", strconv.Itoa(maxAnswer+1)), true},
		{"a byte more in chunks", inChunks(padded(maxAnswer + 1)), true},
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
