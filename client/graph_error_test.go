package client_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func TestGraphErrorIsKeptWhole(t *testing.T) {
	body := `{"error":{"message":"(#131041) Group does not exist","type":"OAuthException","code":131041,
		"error_subcode":2388053,"is_transient":false,"error_user_title":"No group","error_user_msg":"It is gone.",
		"fbtrace_id":"AtraceB","error_data":{"messaging_product":"whatsapp","details":"There is no such group."},
		"help":{"unknown":"property"}},"more":1}`
	c := clienttest.Serve(t, clienttest.Respond(http.StatusBadRequest, body, "X-Fb-Trace-Id", "header")).Client()
	for _, op := range clienttest.Operations {
		err := op.Call(t.Context(), c, clienttest.GroupID)
		clienttest.WantClass(t, err, client.ErrNotFound)
		e := clienttest.AsError(t, err)
		clienttest.Equal(t, "Op", e.Op, op.Name)
		clienttest.Equal(t, "StatusCode", e.StatusCode, 400)
		clienttest.Equal(t, "Code", e.Code, 131041)
		clienttest.Equal(t, "Subcode", e.Subcode, 2388053)
		clienttest.Equal(t, "Type", e.Type, "OAuthException")
		clienttest.Equal(t, "Message", e.Message, "(#131041) Group does not exist")
		clienttest.Equal(t, "Details", e.Details, "There is no such group.")
		clienttest.Equal(t, "UserTitle", e.UserTitle, "No group")
		clienttest.Equal(t, "UserMessage", e.UserMessage, "It is gone.")
		clienttest.Equal(t, "TraceID", e.TraceID, "AtraceB")
		clienttest.Equal(t, "Transient", e.Transient, false)
		clienttest.Equal(t, "Attempts", e.Attempts, 1)
		clienttest.Equal(t, "Body", string(e.Body), body)
	}
}

func TestGraphErrorShapes(t *testing.T) {
	// What is compared of an error; the rest is in TestGraphErrorIsKeptWhole.
	type report struct {
		code, subcode    int
		message, details string
		transient        bool
		class            string
	}
	unauthorized, unavailable := clienttest.ClassesOf(client.ErrUnauthorized), clienttest.ClassesOf(client.ErrUnavailable)
	unknown := clienttest.ClassesOf(client.ErrUnknown)
	expired := report{190, 0, "m", "", false, unauthorized}
	silent := report{190, 0, "", "", false, unauthorized} // without a message
	noCode := report{0, 0, "m", "", false, unknown}
	for _, tt := range []struct {
		name, body string
		want       report
	}{
		{"the smallest envelope", `{"error":{"message":"m","type":"t","code":190}}`, expired},
		{
			"codes in quotes", `{"error":{"message":"m","code":"190","error_subcode":"463"}}`,
			report{190, 463, "m", "", false, unauthorized},
		},
		{"code 0", `{"error":{"message":"m","code":0}}`, report{0, 0, "m", "", false, unauthorized}},
		{"code 0 in quotes", `{"error":{"message":"m","code":"0"}}`, report{0, 0, "m", "", false, unauthorized}},
		{"no code", `{"error":{"message":"m"}}`, noCode},
		{"a null code", `{"error":{"message":"m","code":null}}`, noCode},
		{
			"a transient error", `{"error":{"message":"m","code":99999,"is_transient":true}}`,
			report{99999, 0, "m", "", true, unavailable},
		},
		{
			"a transient error in quotes", `{"error":{"message":"m","code":99999,"is_transient":"true"}}`,
			report{99999, 0, "m", "", true, unavailable},
		},
		{
			"a number as is_transient", `{"error":{"message":"m","code":190,"is_transient":1}}`,
			report{190, 0, "m", "", true, unauthorized},
		},
		{
			"details", `{"error":{"message":"m","code":190,"error_data":{"details":"d"}}}`,
			report{190, 0, "m", "d", false, unauthorized},
		},
		{
			"details as a text", `{"error":{"message":"m","code":190,"error_data":"d"}}`,
			report{190, 0, "m", "d", false, unauthorized},
		},
		{"details as an array", `{"error":{"message":"m","code":190,"error_data":["d"]}}`, expired},
		{"details as a number", `{"error":{"message":"m","code":190,"error_data":{"details":7}}}`, expired},
		{"null details", `{"error":{"message":"m","code":190,"error_data":null}}`, expired},
		{"an error that is a text", `{"error":"broken"}`, report{0, 0, "broken", "", false, unknown}},
		{"an error and a group", `{"id":"g","error":{"code":190}}`, silent},
		{"success false and a group", `{"id":"g","success":false}`, report{0, 0, "", "", false, unknown}},
		{"success false in quotes", `{"success":"false"}`, report{0, 0, "", "", false, unknown}},
		{"success 0", `{"success":0}`, report{0, 0, "", "", false, unknown}},
		{"an error that is a number", `{"error":7}`, report{0, 0, "", "", false, unknown}},
		{"an error that is a list", `{"error":[{"code":190}]}`, silent},
		{
			"the form of webhooks",
			`{"errors":[{"code":131041,"title":"t","error_data":{"details":"d"},"href":"https://x.example"}]}`,
			report{131041, 0, "t", "d", false, clienttest.ClassesOf(client.ErrNotFound)},
		},
		{"a title and a message", `{"errors":[{"code":190,"title":"t","message":"m"}]}`, expired},
		{
			"the form of older calls", `{"error_code":190,"error_subcode":"463","error_msg":"m"}`,
			report{190, 463, "m", "", false, unauthorized},
		},
		{"an older code 0 and a text", `{"error_code":0,"error_msg":"m"}`, report{0, 0, "m", "", false, unauthorized}},
		{"an older code in quotes, and a group", `{"id":"g","error_code":"190"}`, silent},
		{"an older text", `{"error_msg":"m"}`, noCode},
		{"a code that is written as a float", `{"error":{"code":190.0,"message":"m"}}`, expired},
		{"a list of errors", `{"errors":[{"message":"m","code":190},{"code":4}]}`, expired},
		{"a list of texts", `{"errors":["broken"]}`, report{0, 0, "broken", "", false, unknown}},
		{"errors as an object", `{"errors":{"message":"m","code":190}}`, expired},
		{"error before errors", `{"errors":[{"code":4}],"error":{"message":"m","code":190}}`, expired},
		{"a null error and errors", `{"error":null,"errors":[{"message":"m","code":190}]}`, expired},
		{"a message that is no text", `{"error":{"message":{},"type":7,"code":190}}`, silent},
		{"a negative code", `{"error":{"message":"m","code":-1}}`, report{-1, 0, "m", "", false, "ErrUnavailable"}},
		{
			"a code that is no number, before the rest", `{"error":{"code":"x","message":"m","is_transient":true}}`,
			report{0, 0, "m", "", true, unavailable},
		},
		{"a subcode that is empty, before the rest", `{"error":{"code":190,"error_subcode":"","message":"m"}}`, expired},
		{"a code that is an object", `{"error":{"code":{},"message":"m"}}`, noCode},
		{"a code beyond 32 bits is not code 0", `{"error":{"message":"m","code":99999999999}}`, noCode},
		{"a code with a fraction is not code 0", `{"error":{"message":"m","code":190.5}}`, noCode},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for _, status := range []int{http.StatusOK, http.StatusPartialContent} {
				_, err := clienttest.Serve(t, clienttest.Respond(status, tt.body)).Client(clienttest.NoRetries).
					GetGroup(t.Context(), clienttest.GroupID)
				e := clienttest.AsError(t, err)
				got := report{e.Code, e.Subcode, e.Message, e.Details, e.Transient, clienttest.ClassesOf(err)}
				if tt.want.message == "" {
					got.message = "" // our own words, which there have to be
					if e.Message == "" {
						t.Error("no message")
					}
				}
				clienttest.Equal(t, "report", got, tt.want)
				clienttest.Equal(t, "status", e.StatusCode, status)
			}
		})
	}
}

// Of a body that is cut or longer than any error of Graph, the whole values at its beginning count.
func TestGraphErrorThatIsCut(t *testing.T) {
	long := strings.Repeat("m", 2<<20)
	for _, tt := range []struct {
		name, body string
		code       int
		message    string
	}{
		{"behind a value", `{"error":{"message":"m","code":190,"type":"OAu`, 190, "m"},
		{"behind a comma", `{"error":{"message":"m","code":190,`, 190, "m"},
		{"behind an object", `{"error":{"code":190,"error_data":{"details":"}{"},"x":[[{"a`, 190, ""},
		{"behind an escaped quote", `{"error":{"code":190,"message":"a\",b`, 190, ""},
		{"in a number, which may go on", `{"error":{"message":"m","code":19`, 0, "m"},
		{"behind the end", `{"error":{"message":"m","code":190}} and more`, 190, "m"},
		{"behind a bracket too many", `{"error":{"message":"m","code":190}}}`, 190, "m"},
		{"in a list", `{"errors":[{"title":"m","code":190},{"code`, 190, "m"},
		{"a message of 2 MiB", `{"error":{"code":190,"message":"` + long + `"}}`, 190, ""},
		{"another property of 2 MiB", `{"error":{"message":"m","code":190},"x":"` + long + `"}`, 190, "m"},
		{"another text of 2 MiB", `{"error_code":190,"error_msg":"m","x":"` + long + `"}`, 190, "m"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := clienttest.Serve(t, clienttest.Respond(http.StatusUnauthorized, tt.body)).
				Client(clienttest.NoRetries).GetGroup(t.Context(), clienttest.GroupID)
			clienttest.WantClass(t, err, client.ErrUnauthorized)
			e := clienttest.AsError(t, err)
			clienttest.Equal(t, "code", e.Code, tt.code)
			if tt.message != "" {
				clienttest.Equal(t, "message", e.Message, tt.message)
			}
		})
	}
}

// What gateways, proxies and portals send says so, with its type and its beginning in one line.
func TestResponseThatIsNotGraphs(t *testing.T) {
	const noReason, is = "the server gave no reason", "the response is not Graph's"
	for _, tt := range []struct{ name, contentType, body, want string }{
		{"nothing", "text/plain", "", noReason},
		{"space", "text/plain", " \n", noReason},
		{"an empty object", "application/json", "{}", noReason},
		{"null", "application/json", "null", is + ` (application/json): "null"`},
		{"an array", "application/json", "[1]", noReason},
		{"a null error", "application/json", `{"error":null}`, noReason},
		{"an empty list of errors", "application/json", `{"errors":[]}`, noReason},
		{"a group", "application/json", `{"id":"g"}`, noReason},
		{"success", "application/json", `{"success":true}`, noReason},
		{"success false", "application/json", `{"success":false}`, noReason},
		{"plain text", "text/plain; charset=utf-8", "upstream connect error\r\n", is + ` (text/plain): "upstream connect error"`},
		{"text without a type", "", "no healthy upstream", is + `: "no healthy upstream"`},
		{"quotes, colours, a line separator and other letters", "text/plain", "a \"b\" \x1b[31mc\u2028d\u202eé",
			is + ` (text/plain): "a \"b\" [31mc dé"`},
		{"120 characters", "text/plain", strings.Repeat("é", 120), is + ` (text/plain): "` + strings.Repeat("é", 120) + `"`},
		{"a long text", "text/plain", strings.Repeat("wörd ", 100),
			is + ` (text/plain): "` + strings.Repeat("wörd ", 23) + `wörd…"`},
		{"a title", "text/html", "<html><head><TITLE lang=en>\n502 Bad\n Gateway</TITLE></head><body>x", is + ` (text/html): "502 Bad Gateway"`},
		{"a page without title", "text/html", `<!DOCTYPE html><!-- > --><style>p{}</style ><SCRIPT>if (a<b) {}</script
			><h1 class="x">Sign&nbsp;in</h1>to <b>Caf&#39;e &amp; Bar</b>`, is + ` (text/html): "Sign in to Caf'e & Bar"`},
		{"an empty title", "text/html", "<title></title>Denied", is + ` (text/html): "Denied"`},
		{"a page that calls itself JSON", "application/json", "<h1>Oops</h1>", is + ` (application/json): "Oops"`},
		{"one character", "text/html", "<p>5", is + ` (text/html): "5"`},
		{"XML", "application/xml", "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", is + ` (application/xml): "AccessDenied"`},
		{"a page of scripts", "text/html", "<script>x()", is + " (text/html)"},
		{"an API gateway", "application/json", `{"message":"Endpoint request timed out"}`,
			is + ` (application/json): "Endpoint request timed out"`},
		{"a gateway's text for developers", "application/json", `{"message":"m","developerMessage":"d"}`, is + ` (application/json): "d"`},
		{"a long message of a gateway", "application/json", `{"message":"No route","trace":"` + strings.Repeat("x", 4<<10) + `"}`,
			is + ` (application/json): "No route"`},
		{"problem details", "application/problem+json", `{"title":"t","detail":"No route","status":404}`,
			is + ` (application/problem+json): "No route"`},
		{"no text from the first byte on", "image/x-icon", "\x00\x00\x01\x00\x01icon", is + " (image/x-icon)"},
		{"no text", "image/png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff\xff", is + " (image/png)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			for status, class := range map[int]error{
				401: client.ErrUnauthorized, 403: client.ErrForbidden, 404: client.ErrUnknown, 502: client.ErrUnavailable,
			} {
				_, err := clienttest.Serve(t, func(w http.ResponseWriter, _ *http.Request) {
					if w.Header()["Content-Type"] = nil; tt.contentType != "" {
						w.Header().Set("Content-Type", tt.contentType)
					}
					w.Header().Set("X-Fb-Trace-Id", "header")
					w.WriteHeader(status)
					_, _ = w.Write([]byte(tt.body))
				}).Client(clienttest.NoRetries).GetGroup(t.Context(), clienttest.GroupID)
				clienttest.WantClass(t, err, class)
				e := clienttest.AsError(t, err)
				clienttest.Equal(t, "message", e.Message, tt.want)
				clienttest.Equal(t, "status", e.StatusCode, status)
				clienttest.Equal(t, "code", e.Code, 0)
				clienttest.Equal(t, "body", string(e.Body), tt.body[:min(len(tt.body), 4<<10)])
				clienttest.Equal(t, "trace ID", e.TraceID, "header")
			}
		})
	}
}
