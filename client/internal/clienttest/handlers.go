package clienttest

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
)

// Respond gives the same response to every request; the headers are names and values in turn.
func Respond(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// Success gives every operation the response that it expects.
func Success(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		Respond(http.StatusOK, `{"id":"`+GroupID+`","messaging_product":"whatsapp"}`)(w, r)
		return
	}
	Respond(http.StatusOK, `{"success":true,"request_id":"106540352242922"}`)(w, r)
}

// Drop closes the connection without a response.
func Drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// GraphError is Graph's envelope of an error with a code.
func GraphError(code int) string {
	return fmt.Sprintf(`{"error":{"message":"(#%d) Something","type":"OAuthException","code":%d}}`, code, code)
}

// InTurn passes each request to the next handler, and all further ones to the last.
func InTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var n atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		i := int(n.Add(1)) - 1
		handlers[min(i, len(handlers)-1)](w, r)
	}
}

// Stall gives no response before the client gives up. A server notices that only when it has read the body.
func Stall(_ http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}
