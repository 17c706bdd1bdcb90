package webhook_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/webhook"
	"github.com/wagroups/wagroups-go/gen"
)

// bare is the least that a program has to do: read, HMAC, unmarshal into the types of the contract.
func bare(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	want, _ := hex.DecodeString(strings.TrimPrefix(r.Header.Get(webhook.SignatureHeader), "sha256="))
	var delivery struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Groups []gen.WebhookSettingsEvent
				}
			}
		}
	}
	if err != nil || !hmac.Equal(mac.Sum(nil), want) || json.Unmarshal(body, &delivery) != nil {
		w.WriteHeader(http.StatusForbidden)
	}
}

func BenchmarkHandler(b *testing.B) {
	h, err := webhook.NewHandler(webhook.Config{
		VerifyToken: "x", AppSecrets: []string{secret},
		Receive: func(context.Context, *webhook.Event) error { return nil },
	})
	if err != nil {
		b.Fatal(err)
	}
	element := settings(`,"profile_picture":{"mime_type":"image/jpeg","update_successful":true,"sha256":"q+3"},` +
		`"group_subject":{"text":"Sunday walk","update_successful":false,` + failures("131208") + `},` + failures("131208"))
	for _, events := range []int{1, 10, 100, 1000} {
		elements := make([]string, events)
		for i := range elements {
			elements[i] = element
		}
		body := []byte(bodyOf(changeOf(webhook.FieldGroupSettings, elements...)))
		signature := webhook.Sign(body, secret)
		for name, handler := range map[string]http.Handler{"bare": http.HandlerFunc(bare), "webhook": h} {
			b.Run(fmt.Sprintf("events=%d/%s", events, name), func(b *testing.B) {
				b.ReportAllocs()
				b.SetBytes(int64(len(body)))
				for b.Loop() {
					r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/", bytes.NewReader(body))
					r.Header.Set(webhook.SignatureHeader, signature)
					w := httptest.NewRecorder()
					if handler.ServeHTTP(w, r); w.Code != http.StatusOK {
						b.Fatal(w.Code)
					}
				}
			})
		}
	}
}
