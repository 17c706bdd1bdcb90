package gates

import (
	"reflect"
	"strings"

	"github.com/wagroups/wagroups-go/client/webhook"
	"github.com/wagroups/wagroups-go/gen"
)

// delivered shows the events of a delivery with one object in its place, without Raw, which holds everything.
func delivered(before, after string) func(*shower, string) any {
	return func(_ *shower, object string) any {
		// Further members follow those that the type cannot do without.
		body := before + strings.TrimSuffix(strings.TrimPrefix(object, "{"), "}") + after
		body = strings.NewReplacer("{,", "{", ",}", "}", ",,", ",").Replace(body)
		events, err := webhook.Parse([]byte(body))
		shown := []any{err != nil}
		for _, e := range events {
			e.Raw = nil
			shown = append(shown, *e)
		}
		return shown
	}
}

// webhookTypes are the generated types of webhooks and how package webhook shows them.
func webhookTypes() []responseType {
	const (
		top       = `{"object":"whatsapp_business_account","entry":[{`
		end       = `}]}`
		value     = top + `"id":"1","changes":[{"field":"group_settings_update","value":{`
		endValue  = `}}]` + end
		event     = value + `"groups":[{"type":"group_settings_update","group_id":"g",`
		endEvent  = `}]` + endValue
		lifecycle = top + `"id":"1","changes":[{"field":"group_lifecycle_update","value":{` +
			`"groups":[{"type":"group_delete","group_id":"g",`
	)
	return []responseType{
		{"WebhookDelivery", reflect.TypeFor[gen.WebhookDelivery](),
			delivered(`{"object":"whatsapp_business_account","entry":[],`, `}`)},
		{"WebhookEntry", reflect.TypeFor[gen.WebhookEntry](),
			delivered(top, end)},
		{"WebhookChange", reflect.TypeFor[gen.WebhookChange](),
			delivered(top+`"changes":[{"field":"f",`, `}]`+end)},
		{"WebhookValue", reflect.TypeFor[gen.WebhookValue](),
			delivered(value, endValue)},
		{"WebhookMetadata", reflect.TypeFor[gen.WebhookMetadata](),
			delivered(value+`"groups":[{"type":"t","group_id":"g"}],"metadata":{`, `}`+endValue)},
		{"WebhookSettingsEvent", reflect.TypeFor[gen.WebhookSettingsEvent](),
			delivered(event, endEvent)},
		{"WebhookPhotoResult", reflect.TypeFor[gen.WebhookPhotoResult](),
			delivered(event+`"profile_picture":{`, `}`+endEvent)},
		{"WebhookTextResult", reflect.TypeFor[gen.WebhookTextResult](),
			delivered(event+`"group_subject":{`, `}`+endEvent)},
		{"WebhookLifecycleEvent", reflect.TypeFor[gen.WebhookLifecycleEvent](),
			delivered(lifecycle, endEvent)},
		{"WebhookParticipant", reflect.TypeFor[gen.WebhookParticipant](),
			delivered(lifecycle+`"added_participants":[{`, `}]`+endEvent)},
		{"WebhookError", reflect.TypeFor[gen.WebhookError](),
			delivered(lifecycle+`"errors":[{`, `}]`+endEvent)},
		{"WebhookErrorData", reflect.TypeFor[gen.WebhookErrorData](),
			delivered(lifecycle+`"errors":[{"error_data":{`, `}}]`+endEvent)},
	}
}
