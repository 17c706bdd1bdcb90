package client_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

var someStatuses = []int{200, 206, 400, 401, 403, 404, 422, 429, 500, 503}

// A code that is known decides, whatever the status and is_transient say, with and without quotes.
func TestKnownCodes(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		class error
		codes []int
	}{
		{client.ErrUnauthorized, []int{0, 101, 102, 104, 190}},
		{client.ErrForbidden, []int{3, 10, 200, 201, 210, 298, 299, 368, 131005, 131031, 131042, 131207, 131215, 133010}},
		{client.ErrNotFound, []int{803, 131041}},
		{client.ErrInvalidRequest, []int{33, 100, 131008, 131009, 131209, 131210}},
		{client.ErrRateLimited, []int{
			4, 9, 17, 32, 341, 613, 80000, 80001, 80007, 80013, 80014, 130429, 131048, 131056, 131064, 131208, 133016,
		}},
		{client.ErrUnavailable, []int{-1, 1, 2, 131000, 131016, 131057}},
		{client.ErrPartial, []int{131201}},
	} {
		for _, code := range tt.codes {
			t.Run(fmt.Sprintf("%s %d", clienttest.ClassesOf(tt.class), code), func(t *testing.T) {
				wantClassUnderEveryStatus(t, tt.class,
					clienttest.GraphError(code),
					fmt.Sprintf(`{"error":{"message":"x","code":"%d","is_transient":"false"}}`, code),
					fmt.Sprintf(`{"error":{"message":"x","code":%d,"is_transient":true}}`, code))
			})
		}
	}
}

func wantClassUnderEveryStatus(t *testing.T, class error, bodies ...string) {
	t.Helper()
	responses := make(chan http.HandlerFunc, 1)
	c := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) { (<-responses)(w, r) }).
		Client(clienttest.NoRetries, client.WithMaxPause(0))
	for i, body := range bodies {
		for _, status := range someStatuses {
			op := clienttest.Operations[(i+status)%2] // GetGroup and UpdateGroup
			responses <- clienttest.Respond(status, body)
			err := op.Call(t.Context(), c, clienttest.GroupID)
			if clienttest.ClassesOf(err) != clienttest.ClassesOf(class) {
				t.Errorf("%s, status %d, %s: %v matches %q", op.Name, status, body, err, clienttest.ClassesOf(err))
			}
			clienttest.Equal(t, "status", clienttest.AsError(t, err).StatusCode, status)
		}
	}
}

func TestSubcodes(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		class      error
	}{
		{"100 with 33: an object that does not exist", `{"error":{"code":100,"error_subcode":33}}`, client.ErrNotFound},
		{"the same in quotes", `{"error":{"code":"100","error_subcode":"33"}}`, client.ErrNotFound},
		{"100 with another", `{"error":{"code":100,"error_subcode":34}}`, client.ErrInvalidRequest},
		{"190 with any", `{"error":{"code":190,"error_subcode":33}}`, client.ErrUnauthorized},
		{
			"100 about a missing proof",
			`{"error":{"code":100,"message":"API calls from the server require an appsecret_proof argument"}}`, client.ErrUnauthorized,
		},
		{
			"100 about a wrong proof",
			`{"error":{"code":100,"message":"Invalid appsecret_proof provided in the API argument"}}`, client.ErrUnauthorized,
		},
		{
			"100 about the time of a proof, in the details",
			`{"error":{"code":"100","message":"Invalid parameter","error_data":{"details":"appsecret_time is too old"}}}`,
			client.ErrUnauthorized,
		},
		{
			"2500 about a token",
			`{"error":{"code":2500,"message":"An active access token must be used to query information"}}`, client.ErrUnauthorized,
		},
	} {
		t.Run(tt.name, func(t *testing.T) { wantClassUnderEveryStatus(t, tt.class, tt.body, tt.body) })
	}
}

// A code that no document has.
func TestUnknownCodes(t *testing.T) {
	classOfStatus := map[int]error{
		200: client.ErrUnknown, 206: client.ErrUnknown,
		400: client.ErrInvalidRequest, 401: client.ErrUnauthorized, 403: client.ErrForbidden, 404: client.ErrUnknown,
		405: client.ErrInvalidRequest, 408: client.ErrUnavailable, 410: client.ErrUnknown, 413: client.ErrInvalidRequest,
		422: client.ErrInvalidRequest, 429: client.ErrRateLimited, 499: client.ErrInvalidRequest,
		500: client.ErrUnavailable, 501: client.ErrUnavailable, 502: client.ErrUnavailable, 503: client.ErrUnavailable,
		504: client.ErrUnavailable, 599: client.ErrUnavailable, 600: client.ErrUnknown, 999: client.ErrUnknown,
	}
	for _, code := range []int{5, 34, 99, 199, 300, 342, 79999, 80015, 131200, 999999, -2} {
		t.Run(fmt.Sprintf("%d and transient", code), func(t *testing.T) {
			wantClassUnderEveryStatus(t, client.ErrUnavailable,
				fmt.Sprintf(`{"error":{"code":%d,"is_transient":true}}`, code))
		})
		t.Run(fmt.Sprintf("%d, by the status", code), func(t *testing.T) {
			statuses := make(chan int, 1)
			s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				clienttest.Respond(<-statuses, fmt.Sprintf(`{"error":{"message":"x","code":%d,"is_transient":false}}`, code))(w, r)
			})
			c := s.Client(clienttest.NoRetries, client.WithMaxPause(0))
			for status, class := range classOfStatus {
				statuses <- status
				_, err := c.GetGroup(t.Context(), clienttest.GroupID)
				if clienttest.ClassesOf(err) != clienttest.ClassesOf(class) {
					t.Errorf("status %d: %v matches %q, want %s", status, err, clienttest.ClassesOf(err), clienttest.ClassesOf(class))
				}
			}
		})
	}
}
