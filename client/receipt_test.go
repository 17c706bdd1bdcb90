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
		{"a request ID", http.StatusOK, `{"messaging_product":"whatsapp","request_id":"106540352242922"}`, "106540352242922"},
		{"a request ID with an escape", http.StatusOK, `{"request_id":"9B\u0034C"}`, "9B4C"},
		{"a bare number as request ID", http.StatusOK, `{"request_id":106540352242922}`, "106540352242922"},
		{"success and a request ID", http.StatusOK, `{"success":true,"request_id":"r"}`, "r"},
		{"an empty object", http.StatusOK, `{}`, ""},
		{"an object without what this version knows", http.StatusOK, `{"data":[],"errors":[],"error":null}`, ""},
		{"what says that there is no error", http.StatusOK, `{"success":1,"errors":[ ],"error":{},"error_code":0}`, ""},
		{"1 in quotes", http.StatusOK, `{"success":"1"}`, ""},
		{"a request ID with escapes", http.StatusOK, `{"success":true,"request_id":"\u0072\"}"}`, `r"}`},
		{"success and a request id with an escape", http.StatusOK, `{"success":true,"request_id":"B\tC"}`, "B\tC"},
		{"a request id that is not UTF-8", http.StatusOK, "{\"success\":true,\"request_id\":\"9\xff\"}", "9\ufffd"},
		{"a text behind the request id", http.StatusOK, `{"success":true,"request_id":"1","2":"3"}`, "1"},
		{"two request ids", http.StatusOK, `{"success":true,"request_id":"a","request_id":"r"}`, "r"},
		{"nothing", http.StatusOK, ``, ""},
		{"space", http.StatusOK, " \r\n\t", ""},
		{"a byte order mark", http.StatusOK, "\ufeff" + `{"success":true}`, ""},
		{"202", http.StatusAccepted, `{"request_id":"r"}`, "r"},
		{"299", 299, `{"request_id":"r"}`, "r"},
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

func TestNoReceipt(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		class      error
	}{
		{"success false", `{"success":false}`, client.ErrUnknown},
		{"success false in quotes", `{"success":"false"}`, client.ErrUnknown},
		{"false alone", `false`, client.ErrUnknown},
		{"success false with a request ID", `{"success":false,"request_id":"r"}`, client.ErrUnknown},
		{"an error object", clienttest.GraphError(131210), client.ErrInvalidRequest},
		{"success 0", `{"success":0}`, client.ErrUnknown},
		{"an error object and success false", `{"success":false,"request_id":"r","error":{"code":131207}}`, client.ErrForbidden},
		{"an error and no success", `{"success":null,"request_id":null,"error":{"code":131207}}`, client.ErrForbidden},
		{"the form of older calls", `{"error_code":190,"error_msg":"Session has expired"}`, client.ErrUnauthorized},
		{"a transient error", `{"error":{"code":2,"is_transient":true}}`, client.ErrUnavailable},
		{"an error that is a text", `{"error":"broken"}`, client.ErrUnknown},
		{"a list of errors", `{"errors":[{"code":131208}]}`, client.ErrRateLimited},

		// After these it is unknown whether the change was made.
		{"a page", "<html>", client.ErrAmbiguous},
		{"null", "null", client.ErrAmbiguous},
		{"an array", "[]", client.ErrAmbiguous},
		{"a text", `"ok"`, client.ErrAmbiguous},
		{"a number", "1", client.ErrAmbiguous},
		{"a comma at its end", `{"success":true},`, client.ErrAmbiguous},
		{"cut off", `{"success":tr`, client.ErrAmbiguous},
		{"a name without a value", `{"success":true,"request_id":"r","x"}`, client.ErrAmbiguous},
		{"a second object", `{"success":true}{"success":false}`, client.ErrAmbiguous},
		{"success as another number", `{"success":2}`, client.ErrAmbiguous},
		{"success and an error", `{"success":true,"error":{"code":4,"message":"m"}}`, client.ErrAmbiguous},
		{"success and a text as error", `{"success":"true","error":"broken"}`, client.ErrAmbiguous},
		{"success and errors", `{"success":1,"errors":[{"code":190}]}`, client.ErrAmbiguous},
		{"success and an older error", `{"success":true,"error_code":190}`, client.ErrAmbiguous},
		{"a request ID and an error", `{"request_id":"r","error":{"code":190}}`, client.ErrAmbiguous},
		{"success as a word", `{"success":"yes"}`, client.ErrAmbiguous},
		{"success as an object", `{"success":{}}`, client.ErrAmbiguous},
		{"a request ID that is an object", `{"request_id":{}}`, client.ErrAmbiguous},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := clienttest.Serve(t, clienttest.Respond(http.StatusOK, tt.body)).Client(clienttest.NoRetries)
			for _, op := range clienttest.Operations {
				if !op.Change {
					continue
				}
				err := op.Call(t.Context(), c, clienttest.GroupID)
				clienttest.WantClass(t, err, tt.class)
				e := clienttest.AsError(t, err)
				clienttest.Equal(t, "operation", e.Op, op.Name)
				clienttest.Equal(t, "status", e.StatusCode, http.StatusOK)
				clienttest.Equal(t, "body", string(e.Body), tt.body)
			}
		})
	}
}
