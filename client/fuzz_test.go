package client_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// property returns the last value of a property of a JSON object, as encoding/json compares names, and how many there
// are.
func property(object []byte, name string) (last json.RawMessage, count int) {
	d := json.NewDecoder(bytes.NewReader(object))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, 0
	}
	for d.More() {
		key, err := d.Token()
		var value json.RawMessage
		if err != nil || d.Decode(&value) != nil {
			return nil, 0
		}
		if s, ok := key.(string); ok && strings.EqualFold(s, name) {
			last = value
			count++
		}
	}
	return last, count
}

// textOf is the text that a JSON value is.
func textOf(value json.RawMessage) (text string, ok bool) {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return "", false
	}
	text, ok = v.(string)
	return text, ok
}

func FuzzDecodeGroup(f *testing.F) {
	for _, seed := range []string{
		`{"id":"g"}`, `{"id":"g","subject":"Allotment","description":null,"suspended":"true","creation_timestamp":"1"}`,
		`{"id":"g","ID":"h","Subject":"a","ſubject":"b"}`, `{"id":"g","id":null}`, `{"id":"\ud83c","subject":"\u0000"}`,
		`{"id":"g","participants":[{"wa_id":"1"},null],"total_participant_count":8}`, `{"id":"g","error":null}`,
		`null`, `[]`, `{}`, ``, "\xff", `{"id":"g"}{`, `{"error":{"code":190}}`, `{"id":"g","success":false}`,
		strings.Repeat("[", 20_000),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		g, err := client.DecodeGroup(body)
		if (g == nil) != (err != nil) {
			t.Fatalf("group %v and error %v", g, err)
		}
		if err != nil {
			return
		}
		var whole map[string]any
		if err := json.Unmarshal(body, &whole); err != nil || !bytes.Equal(g.Raw, body) {
			t.Fatalf("encoding/json: %v, Raw %q", err, g.Raw)
		}
		for _, tt := range []struct {
			field client.Field
			got   string
		}{
			{client.FieldID, g.ID}, {client.FieldSubject, g.Subject}, {client.FieldDescription, g.Description},
			{client.FieldJoinApprovalMode, string(g.JoinApprovalMode)},
		} {
			last, _ := property(body, string(tt.field))
			want, ok := textOf(last)
			if tt.got != want || g.Has(tt.field) != ok {
				t.Errorf("%s is %q, %t; want %q, %t", tt.field, tt.got, g.Has(tt.field), want, ok)
			}
		}
		if g.ID == "" {
			t.Error("no id")
		}
		once, err := json.Marshal(g)
		var again client.Group
		if err != nil || json.Unmarshal(once, &again) != nil {
			t.Fatalf("%v: %s", err, once)
		}
		twice, _ := json.Marshal(again)
		clienttest.Equal(t, "JSON of what was read back", string(twice), string(once))
	})
}

func FuzzDecodeReceipt(f *testing.F) {
	for _, seed := range []string{
		``, " \n", `{}`, `{"success":true}`, `{"success":"false"}`, `{"request_id":"r"}`, `null`, `{"errors":[]}`,
		`{"error":"x"}`, `{"success":true,"SUCCESS":false}`, `{"success":null}`, `true`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r, err := client.DecodeReceipt(body)
		if (r == nil) != (err != nil) {
			t.Fatalf("receipt %v and error %v", r, err)
		}
		if trimmed := bytes.TrimSpace(body); err != nil || len(trimmed) == 0 || string(trimmed) == "true" {
			return
		}
		var whole map[string]any
		if err := json.Unmarshal(body, &whole); err != nil || whole == nil {
			t.Fatalf("a receipt from what is no object: %v", err)
		}
		good := []string{"", `true`, `"true"`, `1`, `"1"`, `null`}
		if success, _ := property(body, "success"); !slices.Contains(good, string(success)) {
			t.Errorf("a receipt although success is %s", success)
		}
		for _, name := range []string{"error", "errors", "error_code", "error_msg"} {
			reported, _ := property(body, name)
			var text bytes.Buffer
			_ = json.Compact(&text, reported)
			if !slices.Contains([]string{"", "null", "false", "0", `""`, "{}", "[]"}, text.String()) {
				t.Errorf("a receipt in spite of %s %s", name, reported)
			}
		}
		if id, n := property(body, "request_id"); n == 1 {
			if want, _ := textOf(id); r.RequestID != want {
				t.Errorf("request ID %q, want %q", r.RequestID, want)
			}
		}
		if r.Repeated {
			t.Error("repeated")
		}
	})
}

func FuzzGraphError(f *testing.F) {
	for _, seed := range []string{
		clienttest.GraphError(131041), `{"error":{"message":"m","code":"190","error_subcode":"x","is_transient":"true"}}`,
		`{"error":"broken"}`, `{"errors":[{"code":4}]}`, `{"errors":"x"}`, `{"error":{"code":1e2,"message":"m"}}`,
		`{"error":{"code":"","message":"m"}}`, `{"error":{"code":99999999999,"message":"m"}}`, `{"error":[]}`, `<html>`,
		`{"error":{"message":"m","error_data":"d"}}`, `{"error":{"error_data":{"details":"d"}}}`, `{"error":null}`,
		`{"error":{"code":null,"error_subcode":33}}`, `{"error":{"code":100,"error_subcode":33}}`, ``,
	} {
		f.Add(400, []byte(seed))
	}
	f.Add(200, []byte(`{"error":{"code":1,"is_transient":true}}`))
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		e, found := client.ParseGraphError(status, body)
		if strings.Contains(clienttest.ClassesOf(e), " ") || clienttest.ClassesOf(e) == "" {
			t.Errorf("classes %q", clienttest.ClassesOf(e))
		}
		if !found {
			return
		}
		raw, _ := property(body, "error")
		if code, n := property(raw, "code"); n == 1 {
			wanted := 0 // unless it is an integer of 32 bits
			var number float64
			if json.Unmarshal([]byte(strings.Trim(string(code), `"`)), &number) == nil && float64(int32(number)) == number {
				wanted = int(number)
			}
			clienttest.Equal(t, "code from "+string(code), e.Code, wanted)
		}
		for _, tt := range []struct{ name, got string }{
			{"message", e.Message}, {"type", e.Type}, {"fbtrace_id", e.TraceID}, {"error_user_title", e.UserTitle},
			{"error_user_msg", e.UserMessage},
		} {
			value, n := property(raw, tt.name)
			if want, ok := textOf(value); n == 1 && ok && tt.got != want {
				t.Errorf("%s is %q, want %q", tt.name, tt.got, want)
			}
		}
	})
}
