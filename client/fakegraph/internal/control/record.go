package control

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

func (a *api) ListRequests(w http.ResponseWriter, r *http.Request, params wire.ListRequestsParams) {
	if limited(w, r, params.Limit) {
		show(w, wire.RequestList{Requests: a.fake.Requests(params.Limit)})
	}
}

func limited(w http.ResponseWriter, r *http.Request, limit int) bool {
	if limit < 0 || limit == 0 && r.URL.Query().Has("limit") {
		refuse(w, http.StatusBadRequest, "limit", "must be at least 1")
		return false
	}
	return true
}

func (a *api) GetRequest(w http.ResponseWriter, _ *http.Request, number int) {
	request, ok := a.fake.Request(number)
	if !ok {
		unknown(w, "request")
		return
	}
	show(w, request)
}

func (a *api) ListDeliveries(w http.ResponseWriter, r *http.Request, params wire.ListDeliveriesParams) {
	if limited(w, r, params.Limit) {
		show(w, wire.DeliveryList{Deliveries: a.fake.Deliveries(params.Limit)})
	}
}

const (
	// eventPause lets changes come together in one event.
	eventPause = 100 * time.Millisecond
	// eventSilence is when a comment finds out whether the viewer is still there.
	eventSilence = 15 * time.Second
	// eventTimeout is how long a viewer may take to read an event.
	eventTimeout = 10 * time.Second
)

// Watch has a goroutine of its own and only a flag to wait for, so a change never waits for a viewer.
func (a *api) Watch(w http.ResponseWriter, r *http.Request) {
	if a.streams.Add(1) > mostStreams {
		a.streams.Add(-1)
		refuse(w, http.StatusServiceUnavailable, "events", fmt.Sprintf("at most %d can be open", mostStreams))
		return
	}
	defer a.streams.Add(-1)
	ctx, release := a.fake.UntilClosed(r.Context())
	defer release()
	changed, stop := a.fake.Watch()
	defer stop()

	w.Header().Set("Content-Type", "text/event-stream")
	out := http.NewResponseController(w)
	send := func(text string) bool {
		_ = out.SetWriteDeadline(time.Now().Add(eventTimeout)) // a recorder has none
		_, err := w.Write([]byte(text))
		return err == nil && out.Flush() == nil
	}
	silence := time.NewTimer(0)
	defer silence.Stop()
	var last wire.Revisions
	for first := true; ; first = false {
		text := ": still here\n\n"
		if now := a.fake.Revisions(); first || now != last {
			data, err := json.Marshal(now)
			if err != nil {
				return
			}
			text, last = "data: "+string(data)+"\n\n", now
		}
		if !send(text) {
			return
		}
		silence.Reset(eventPause)
		select {
		case <-ctx.Done():
			return
		case <-silence.C:
		}
		silence.Reset(eventSilence)
		select {
		case <-ctx.Done():
			return
		case <-changed:
		case <-silence.C:
		}
	}
}
