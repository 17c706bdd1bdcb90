package control

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

func (a *api) ListFaults(w http.ResponseWriter, _ *http.Request) {
	show(w, wire.FaultList{Faults: a.fake.Faults()})
}

func (a *api) AddFaults(w http.ResponseWriter, r *http.Request) {
	body, ok := readJSON(w, r, mostJSON)
	if !ok {
		return
	}
	texts, isList := []json.RawMessage{body}, bytes.HasPrefix(bytes.TrimSpace(body), []byte("["))
	if isList && json.Unmarshal(body, &texts) != nil {
		refuse(w, http.StatusBadRequest, "body", "not valid JSON")
		return
	}
	if len(texts) > MostFaults {
		refuse(w, http.StatusBadRequest, "body", fmt.Sprintf("at most %d faults can wait", MostFaults))
		return
	}
	element := func(i int) string {
		if !isList || i < 0 {
			return ""
		}
		return strconv.Itoa(i)
	}
	faults := make([]wire.Fault, len(texts))
	for i, text := range texts {
		if err := a.decode(text, "Fault", &faults[i]); err != nil {
			refuseError(w, element(i), err)
			return
		}
	}
	queued, broken, err := a.fake.AddFaults(faults)
	if err != nil {
		refuseError(w, element(broken), err)
		return
	}
	show(w, wire.FaultList{Faults: queued})
}

func (a *api) CancelFault(w http.ResponseWriter, _ *http.Request, id int) {
	done(w, a.fake.CancelFault(id), "fault")
}
