package client_test

import (
	"net/http"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// changes calls the three methods that return a receipt.
func changes(t *testing.T, c *client.Client) map[string]func() (*client.Receipt, error) {
	t.Helper()
	return map[string]func() (*client.Receipt, error){
		"UpdateGroup": func() (*client.Receipt, error) {
			return c.UpdateGroup(t.Context(), clienttest.GroupID, client.GroupUpdate{Subject: new("Allotment")})
		},
		"SetGroupPhoto": func() (*client.Receipt, error) {
			return c.SetGroupPhoto(t.Context(), clienttest.GroupID, clienttest.Photo())
		},
		"DeleteGroup": func() (*client.Receipt, error) { return c.DeleteGroup(t.Context(), clienttest.GroupID) },
	}
}

func TestReceipt(t *testing.T) {
	for _, tt := range []struct {
		name      string
		status    int
		body      string
		requestID string
	}{
		{"success", http.StatusOK, `{"success":true}`, ""},
		{"success in quotes", http.StatusOK, `{"success":"true"}`, ""},
		{"true alone", http.StatusOK, `true`, ""},
		{"null as success", http.StatusOK, `{"success":null}`, ""},
		{"a request id", http.StatusOK, `{"messaging_product":"whatsapp","request_id":"106540352242922"}`, "106540352242922"},
		{"a request id with an escape", http.StatusOK, `{"request_id":"9B\u0034C"}`, "9B4C"},
		{"a bare number as request id", http.StatusOK, `{"request_id":106540352242922}`, "106540352242922"},
		{"success and a request id", http.StatusOK, `{"success":true,"request_id":"r"}`, "r"},
		{"an empty object", http.StatusOK, `{}`, ""},
		{"an object without what this version knows", http.StatusOK, `{"data":[],"errors":[],"error":null}`, ""},
		{"nothing", http.StatusOK, ``, ""},
		{"space", http.StatusOK, " \r\n\t", ""},
		{"a byte order mark", http.StatusOK, "\ufeff" + `{"success":true}`, ""},
		{"202", http.StatusAccepted, `{"request_id":"r"}`, "r"},
		{"204", http.StatusNoContent, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for op, change := range changes(t, clienttest.Serve(t, clienttest.Respond(tt.status, tt.body)).Client()) {
				receipt, err := change()
				if err != nil {
					t.Errorf("%s: %v", op, err)
					continue
				}
				clienttest.Equal(t, op, *receipt, client.Receipt{RequestID: tt.requestID})
			}
		})
	}
}

func TestReceiptRefused(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		class      error
	}{
		{"success false", `{"success":false}`, client.ErrUnknown},
		{"success false in quotes", `{"success":"false"}`, client.ErrUnknown},
		{"false alone", `false`, client.ErrUnknown},
		{"success false with a request id", `{"success":false,"request_id":"r"}`, client.ErrUnknown},
		{"an error object", clienttest.GraphError(131210), client.ErrInvalidRequest},
		{"an error object besides success", `{"success":true,"error":{"code":131207}}`, client.ErrForbidden},
		{"an error object that is empty", `{"error":{}}`, client.ErrUnknown},
		{"a transient error", `{"error":{"code":2,"is_transient":true}}`, client.ErrUnavailable},
		{"an error that is a text", `{"error":"broken"}`, client.ErrUnknown},
		{"a list of errors", `{"success":true,"errors":[{"code":131208}]}`, client.ErrRateLimited},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for op, change := range changes(t, clienttest.Serve(t, clienttest.Respond(http.StatusOK, tt.body)).
				Client(clienttest.NoRetries)) {
				receipt, err := change()
				if receipt != nil {
					t.Errorf("%s: a receipt together with an error", op)
				}
				clienttest.WantClass(t, err, tt.class)
				e := clienttest.AsError(t, err)
				clienttest.Equal(t, "operation", e.Op, op)
				clienttest.Equal(t, "status", e.StatusCode, http.StatusOK)
				clienttest.Equal(t, "body", string(e.Body), tt.body)
			}
		})
	}
}

// After these nobody knows whether the change was made.
func TestReceiptNotUnderstood(t *testing.T) {
	for _, tt := range []struct{ name, body string }{
		{"a page", "<html>"},
		{"null", "null"},
		{"an array", "[]"},
		{"a text", `"ok"`},
		{"a number", "1"},
		{"a comma at its end", `{"success":true},`},
		{"cut off", `{"success":tr`},
		{"a second object", `{"success":true}{"success":false}`},
		{"success as a number", `{"success":1}`},
		{"success as a word", `{"success":"yes"}`},
		{"success as an object", `{"success":{}}`},
		{"a request id that is an object", `{"request_id":{}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for op, change := range changes(t, clienttest.Serve(t, clienttest.Respond(http.StatusOK, tt.body)).
				Client(clienttest.NoRetries)) {
				receipt, err := change()
				if receipt != nil {
					t.Errorf("%s: a receipt together with an error", op)
				}
				clienttest.WantClass(t, err, client.ErrAmbiguous)
				e := clienttest.AsError(t, err)
				clienttest.Equal(t, "operation", e.Op, op)
				clienttest.Equal(t, "status", e.StatusCode, http.StatusOK)
				clienttest.Equal(t, "body", string(e.Body), tt.body)
			}
		})
	}
}
