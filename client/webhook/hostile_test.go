package webhook_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/wagroups/wagroups-go/client/webhook"
)

// hostile are bodies of about n bytes that cost a decoder far more than that.
func hostile(n int) map[string]string {
	fill := func(before, unit, after string) string {
		list := strings.Repeat(unit, n/len(unit))
		return before + strings.TrimSuffix(list, ",") + after
	}
	const top = `{"object":"whatsapp_business_account","entry":[`
	const changes = top + `{"id":"1","changes":[`
	const groups = changes + `{"field":"group_settings_update","value":{"groups":[`
	const event = groups + `{"type":"group_settings_update","group_id":"g"`
	const end = `}]}}]}]}`
	distinct := func(format, after string) string {
		var b strings.Builder
		b.WriteString(event)
		for i := 0; b.Len() < n; i++ {
			fmt.Fprintf(&b, format, i)
		}
		return b.String() + after
	}
	depth := strings.Repeat
	return map[string]string{
		"ones as entries":      fill(top, "1,", "]}"),
		"objects as entries":   fill(top, "{},", "]}"),
		"names as entries":     fill(top, `{"changed_fields":1},`, "]}"),
		"both as entries":      fill(top, `{"changed_fields":1},1,`, "]}"),
		"ones as changes":      fill(changes, "1,", "]}]}"),
		"small changes":        fill(changes, `{"field":"f","value":1},`, "]}]}"),
		"ones as groups":       fill(groups, "1,", "]}}]}]}"),
		"objects as groups":    fill(groups, "{},", "]}}]}]}"),
		"lists as groups":      fill(groups, "[],", "]}}]}]}"),
		"small groups":         fill(groups, `{"type":"t","group_id":"g"},`, "]}}]}]}"),
		"every other group":    fill(groups, `{"type":"t","group_id":"g"},1,`, "]}}]}]}"),
		"groups with an error": fill(groups, `{"type":"t","group_id":"g","errors":[1]},`, "]}}]}]}"),
		"ones as errors":       fill(event+`,"errors":[`, "1,", "]"+end),
		"objects as errors":    fill(event+`,"errors":[`, "{},", "]"+end),
		"errors by turns":      fill(event+`,"errors":[`, `{"code":1},{"code":2},`, "]"+end),
		"errors of a setting":  fill(event+`,"group_subject":{"errors":[`, "{},", "]}"+end),
		"a key again":          fill(event, `,"errors":[1]`, end),
		"a setting again":      fill(event, `,"a":{"b":1}`, end),
		"settings":             distinct(`,"a%d":{"b":1}`, end),
		"empty settings":       distinct(`,"a%d":{}`, end),
		"keys":                 distinct(`,"%d":1`, end),
		"a long key":           fill(event+`,"`, "k", `":{"a":1}`+end),
		"an escaped key":       fill(event+`,"`, `\u0041`, `":{"a":1}`+end),
		"a long text":          fill(event+`,"group_subject":{"text":"`, `\ud83d\ude00`, `"}`+end),
		"invalid UTF-8":        fill(event+`,"group_subject":{"text":"`, "\xff", `"}`+end),
		"quotes":               fill(event+`,"subject":"`, `\"`, `"`+end),
		"a long number":        fill(event+`,"timestamp":`, "9", end),
		"a group ID in errors": fill(groups+`{"type":"t","group_id":"gggggggg","errors":[{"message":"`, "gggggggg", `"}]`+end),
		"depth":                event + `,"a":` + depth("[", min(n, 9_000)) + depth("]", min(n, 9_000)) + end,
		"too much depth":       depth("[", n/2) + depth("]", n/2),
		"white space":          fill(top, " ", "]}"),
		"a body of ones":       fill("[", "1,", "]"),
	}
}

// costOf parses a body and returns the bytes allocated and the time for it.
func costOf(body []byte) (allocated uint64, took time.Duration) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	_, _ = webhook.Parse(body)
	took = time.Since(start)
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc, took
}

// The cost is bounded by the size of a body: at most 20 bytes of memory for each, live or not, which is
// what the smallest events take.
// Memory is exact; the bound of time only tells linear from quadratic.
func TestHostileBodies(t *testing.T) {
	for name, body := range hostile(1 << 20) {
		allocated, took := costOf([]byte(body))
		if times := float64(allocated) / float64(len(body)); times > 20 || took > 10*time.Second {
			t.Errorf("%s: %.1f times the body's %d bytes allocated in %v", name, times, len(body), took)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, body := range hostile(200) {
		f.Add([]byte(body))
	}
	f.Add([]byte(textBody))
	f.Add([]byte(bodyOf(changeOf("messages", deletion(`,`+failures("1", `"2"`))), `{"field":"f","value":[]}`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		allocated, _ := costOf(body)
		if limit := uint64(64<<10 + 32*len(body)); allocated > limit {
			t.Errorf("%d bytes allocated for %d", allocated, len(body))
		}
		events, err := webhook.Parse(body)
		if err != nil && events != nil {
			t.Fatal("events together with an error")
		}
		for _, e := range events {
			if !json.Valid(e.Raw) {
				t.Fatalf("Raw is not JSON: %q", e.Raw)
			}
			stored, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			var again webhook.Event
			if err := json.Unmarshal(stored, &again); err != nil {
				t.Fatal(err)
			}
			if fmt.Sprint(again.Err()) != fmt.Sprint(e.Err()) || again.Key() != e.Key() || again.String() != e.String() {
				t.Fatalf("%s changes: %v, %v", stored, again, e)
			}
			if len(e.GroupID) >= 8 && bytes.Contains([]byte(e.String()), []byte(e.GroupID)) {
				t.Fatalf("%v shows its group", e)
			}
		}
	})
}
