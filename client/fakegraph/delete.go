package fakegraph

import (
	"net/http"

	"github.com/wagroups/wagroups-go/gen"
)

// DeleteGroup forgets a group and answers like the sample of the reference page. It takes no body, but for the {} of
// that page's request sample.
func (h handlers) DeleteGroup(w http.ResponseWriter, r *http.Request, _ gen.Version, groupID gen.GroupID) {
	if _, _, e := h.server.contract.mediaType(r); e != nil {
		fail(w, e)
		return
	}
	if body := exchangeOf(r).body; len(body) > 0 && !emptyObject(body) {
		fail(w, errInvalid("body: a DELETE has none"))
		return
	}
	if e := h.server.change(groupID, func(*stored) { delete(h.server.groups, groupID) }); e != nil {
		fail(w, e)
		return
	}
	_, _ = w.Write(mustMarshal(gen.Acceptance{Success: gen.BooleanOrString(`"true"`)}))
}
