package fakegraph

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Signature and escapes are checked against values that were computed elsewhere.
func TestSignatureKnownAnswers(t *testing.T) {
	const settings = `{"object":"whatsapp_business_account","entry":[{"id":"100000000000001","changes":[{"field":` +
		`"group_settings_update","value":{"groups":[{"group_subject":{"text":"Café / 7","update_successful":true}}]}}]}]}`
	for _, tt := range []struct{ body, want string }{
		{`{"object":"whatsapp_business_account","entry":[]}`,
			"1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a61"},
		{string(escape([]byte(settings))), "4eaccb355e0f71f8786596168119795c3a02d630d50504e8e1022ffed326bfd4"},
		{settings, "c753d79cf3d6e5f656d4f6c5237a12611e5c3b6884d975bee6c91005726b1576"},
	} {
		if got := sign([]byte(tt.body), hookSecret); got != "sha256="+tt.want {
			t.Errorf("%s: %s", tt.body, got)
		}
	}
	if got := string(escape(plainJSON("é / <&> 😀 \u2028 \n \""))); got !=
		`"\u00e9 \/ <&> \ud83d\ude00 \u2028 \n \""` {
		t.Error(got)
	}
}

// A body that breaks the contract is not sent, and the test learns of it.
func TestDeliveriesAreChecked(t *testing.T) {
	s := newServer(t)
	for _, e := range []event{
		{"group_settings_update", "", []byte(`{}`)},
		{"group_settings_update", "", []byte(`{"timestamp":"1","group_id":"g","type":"group_delete"}`)},
		{"group_lifecycle_update", "", []byte(`{"timestamp":"now","group_id":"g","type":"group_delete"}`)},
		{"group_rename", "", []byte(`{}`)},
	} {
		if body, err := s.compose([]*event{&e}); err == nil {
			t.Errorf("%s fits", body)
		}
	}
}

func TestWrongWebhooks(t *testing.T) {
	none := http.NotFoundHandler()
	for want, w := range map[string]Webhook{
		"URL and Handler: ":         {URL: "http://localhost", Handler: none, AppSecret: "s"},
		"URL: must be an http":      {URL: "ftp://localhost", AppSecret: "s"},
		"URL: must be an http or":   {URL: "http://%zz", AppSecret: "s"},
		"URL: must be an http or h": {URL: "/hook", AppSecret: "s"},
		"AppSecret: ":               {Handler: none},
		"URL or Handler: missing":   {VerifyToken: "t"},
		"Delay: ":                   {Delay: -1},
	} {
		if _, err := New(WithWebhook(w)); err == nil || !strings.HasPrefix(err.Error(), "fakegraph: WithWebhook: "+want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	w := Webhook{Handler: none, AppSecret: hookSecret, VerifyToken: "verify-token-1"}
	s := newServer(t, WithWebhook(w))
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		text := fmt.Sprintf(verb+verb, w, s) + string(mustMarshal(w))
		if strings.Contains(text, hookSecret) || strings.Contains(text, "verify-token-1") {
			t.Error(text)
		}
	}
}

func TestWebhookFaultRefused(t *testing.T) {
	receiving := newServer(t, WithWebhook(Webhook{Handler: http.NotFoundHandler(), AppSecret: hookSecret}))
	for want, f := range map[string]Fault{
		"a GetGroup changes nothing":            {Op: GetGroup, Webhook: WebhookFault{Twice: true}},
		"the change is not carried out":         {Status: 500, Webhook: WebhookFault{Twice: true}},
		"the change is not carried out without": {DropBefore: true, Webhook: WebhookFault{RefuseCode: 1}},
		"RefuseCode must not be negative":       {Webhook: WebhookFault{RefuseCode: -1}},
		"RefuseSettings need a RefuseCode":      {Webhook: WebhookFault{RefuseSettings: []string{"photo"}}},
		"a DeleteGroup has no settings": {Op: DeleteGroup,
			Webhook: WebhookFault{RefuseCode: 1, RefuseSettings: []string{"photo"}}},
		"RefuseSettings may contain":                {Webhook: WebhookFault{RefuseCode: 1, RefuseSettings: []string{"colour"}}},
		"Late must not be negative":                 {Webhook: WebhookFault{Late: -time.Second}},
		"with Never there is no":                    {Webhook: WebhookFault{Never: true, Twice: true}},
		"Before excludes Late and Batched":          {Webhook: WebhookFault{Before: true, Batched: true}},
		"Batched excludes Twice and WrongSignature": {Webhook: WebhookFault{Batched: true, Twice: true}},
	} {
		err := receiving.FailNext(f)
		if err == nil || !strings.HasPrefix(err.Error(), "fakegraph: invalid fault: Webhook: "+want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if err := newServer(t).FailNext(Fault{Webhook: WebhookFault{Twice: true}}); err == nil ||
		!strings.Contains(err.Error(), "Webhook: the server has no receiver, see WithWebhook") {
		t.Errorf("got %v", err)
	}
	failNext(t, newServer(t), Fault{Webhook: WebhookFault{RefuseCode: 131208}}) // needs none
}
