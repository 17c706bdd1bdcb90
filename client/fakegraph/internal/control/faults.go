package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

func (a *api) ListFaults(w http.ResponseWriter, _ *http.Request) {
	show(w, wire.FaultList{Faults: a.fake.Faults()})
}

func (a *api) AddFaults(w http.ResponseWriter, r *http.Request) {
	body, ok := read(w, r, mediaJSON, mostJSON)
	if !ok {
		return
	}
	texts, prefix := []json.RawMessage{body}, func(int) string { return "" }
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		prefix = func(i int) string {
			if i < 0 {
				return "" // the list as a whole
			}
			return fmt.Sprintf("%d.", i)
		}
		if json.Unmarshal(body, &texts) != nil {
			refuse(w, http.StatusBadRequest, "body", "not valid JSON")
			return
		}
	}
	faults := make([]wire.Fault, len(texts))
	for i, text := range texts {
		if err := a.decode(text, "Fault", &faults[i]); err != nil {
			refuseError(w, prefix(i), err)
			return
		}
	}
	queued, broken, err := a.fake.AddFaults(faults)
	if err != nil {
		refuseError(w, prefix(broken), err)
		return
	}
	show(w, wire.FaultList{Faults: queued})
}

func (a *api) CancelFault(w http.ResponseWriter, _ *http.Request, id int) {
	done(w, a.fake.CancelFault(id), "fault")
}
