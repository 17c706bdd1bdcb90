package webhook_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/client/webhook"
)

// Vectors computed without this module. The second and third body decode to the same JSON; the second is as WhatsApp
// sends it, the third what a program would send after it has decoded the second.
const (
	emptyBody = `{"object":"whatsapp_business_account","entry":[]}`
	emptySum  = "sha256=1ca363dab318df784e1963b29dca91e2098e6cf2fbf0d3c14e09580a90684a61"
	textBody  = `{"object":"whatsapp_business_account","entry":[{"id":"100000000000001","changes":[{"field":` +
		`"group_settings_update","value":{"groups":[{"group_subject":{"text":"Caf\u00e9 \/ 7","update_successful":true}}]}}]}]}`
	textSum    = "sha256=4eaccb355e0f71f8786596168119795c3a02d630d50504e8e1022ffed326bfd4"
	encodedSum = "sha256=c753d79cf3d6e5f656d4f6c5237a12611e5c3b6884d975bee6c91005726b1576"
)

var encodedBody = strings.NewReplacer(`\u00e9`, "é", `\/`, "/").Replace(textBody)

func TestSign(t *testing.T) {
	for body, want := range map[string]string{emptyBody: emptySum, textBody: textSum, encodedBody: encodedSum} {
		clienttest.Equal(t, "signature", webhook.Sign([]byte(body), secret), want)
	}
}

func TestVerify(t *testing.T) {
	digits := strings.TrimPrefix(emptySum, "sha256=")
	none := []string{}
	for _, tt := range []struct {
		name, body, signature string
		secrets               []string
		want                  error
	}{
		{"as it came", textBody, textSum, nil, nil},
		{"decoded and encoded again", encodedBody, textSum, nil, webhook.ErrBadSignature},
		{"cut", textBody[:100], textSum, nil, webhook.ErrBadSignature},
		{"a byte changed", strings.Replace(textBody, "7", "8", 1), textSum, nil, webhook.ErrBadSignature},
		{"an empty body", "", emptySum, nil, webhook.ErrBadSignature},

		{"the first of two secrets", emptyBody, emptySum, []string{secret, "another"}, nil},
		{"the last of three secrets", emptyBody, emptySum, []string{"another", "third", secret}, nil},
		{"the secret of another app", emptyBody, emptySum, []string{"another"}, webhook.ErrBadSignature},
		{"no secret", emptyBody, emptySum, none, webhook.ErrBadSignature},
		{"an empty secret", emptyBody, webhook.Sign([]byte(emptyBody), ""), []string{""}, webhook.ErrBadSignature},
		{"an empty secret beside the right one", emptyBody, emptySum, []string{"", secret}, nil},
		{"a secret that ends in a newline", emptyBody, webhook.Sign([]byte(emptyBody), secret+"\n"), []string{secret + "\n"},
			webhook.ErrBadSignature},

		{"no signature", emptyBody, "", nil, webhook.ErrNotSigned},
		{"no prefix", emptyBody, digits, nil, webhook.ErrBadSignature},
		{"SHA-1", emptyBody, "sha1=" + digits[:40], nil, webhook.ErrBadSignature},
		{"too short", emptyBody, emptySum[:len(emptySum)-2], nil, webhook.ErrBadSignature},
		{"too long", emptyBody, emptySum + "00", nil, webhook.ErrBadSignature},
		{"an odd digit", emptyBody, emptySum[:len(emptySum)-1], nil, webhook.ErrBadSignature},
		{"no digits", emptyBody, "sha256=", nil, webhook.ErrBadSignature},
		{"not hexadecimal", emptyBody, "sha256=" + strings.Repeat("x", 64), nil, webhook.ErrBadSignature},
		{"text beyond ASCII", emptyBody, "sha256=" + strings.Repeat("é", 32), nil, webhook.ErrBadSignature},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.secrets == nil {
				tt.secrets = []string{secret}
			}
			if err := webhook.Verify([]byte(tt.body), tt.signature, tt.secrets...); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header["x-hub-signature-256"] = nil
			r.Header.Set("x-hub-signature-256", tt.signature) // net/http writes it the canonical way
			if _, err := webhook.ParseRequest(r, tt.secrets...); !errors.Is(err, tt.want) {
				t.Errorf("ParseRequest: error %v, want %v", err, tt.want)
			}
		})
	}
}

func TestParseRequestWithoutBody(t *testing.T) {
	r := &http.Request{Header: http.Header{}}
	if _, err := webhook.ParseRequest(r, secret); !errors.Is(err, webhook.ErrNotSigned) {
		t.Errorf("error %v", err)
	}
	r.Header.Set(webhook.SignatureHeader, emptySum)
	if _, err := webhook.ParseRequest(r, secret); !errors.Is(err, webhook.ErrBadSignature) {
		t.Errorf("error %v", err)
	}
}
