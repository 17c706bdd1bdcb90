package fakegraph

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"

	"github.com/wagroups/wagroups-go/gen"
)

// unknownField looks for a field that does not exist, which Graph reports in its own words. It runs before the
// validation, whose enum would catch it too.
func unknownField(x *exchange) *graphError {
	if x.route.operation.id != GetGroupInfo || x.query.Get("fields") == "" {
		return nil
	}
	for field := range strings.SplitSeq(x.query.Get("fields"), ",") {
		if !gen.Field(field).Valid() {
			return errUnknownField(x.quote(field))
		}
	}
	return nil
}

// GetGroupInfo answers with id, messaging_product and the fields asked for. A body, such as the {} in the sample of
// the reference page, is ignored.
func (h handlers) GetGroupInfo(
	w http.ResponseWriter, _ *http.Request, _ gen.Version, groupID gen.GroupID, params gen.GetGroupInfoParams,
) {
	group, ok := h.server.Group(groupID)
	if !ok {
		fail(w, errUnknownGroup())
		return
	}
	_, _ = w.Write(render(group, params.Fields, h.server.config.quoted))
}

// render makes the JSON of a group, the fields in the order in which they were asked for.
func render(group Group, fields []gen.Field, quoted bool) []byte {
	var out bytes.Buffer
	done := map[gen.Field]bool{}
	for _, field := range append([]gen.Field{gen.FieldID, gen.FieldMessagingProduct}, fields...) {
		value, ok := group.value(field)
		if !ok || done[field] {
			continue
		}
		done[field] = true
		switch value.(type) {
		case bool, int, int64:
			if quoted {
				value = fmt.Sprint(value)
			}
		}
		separator := byte(',')
		if out.Len() == 0 {
			separator = '{'
		}
		out.WriteByte(separator)
		out.Write(mustMarshal(field))
		out.WriteByte(':')
		out.Write(mustMarshal(value))
	}
	out.WriteByte('}')
	return out.Bytes()
}

// value returns what an answer holds for a field, and false when the field is not set.
func (g Group) value(field gen.Field) (any, bool) {
	switch field {
	case gen.FieldID:
		return g.ID, true
	case gen.FieldMessagingProduct:
		return product, true
	case gen.FieldSubject:
		return g.Subject, g.Subject != ""
	case gen.FieldDescription:
		return g.Description, g.Description != ""
	case gen.FieldJoinApprovalMode:
		return g.JoinApprovalMode, g.JoinApprovalMode != ""
	case gen.FieldSuspended:
		return g.Suspended, true
	case gen.FieldCreationTimestamp:
		return g.CreationTimestamp, g.CreationTimestamp != 0
	case gen.FieldParticipants:
		// A list even when it is empty, and in the form that the contract has for it.
		list := make([]gen.Participant, len(g.Participants))
		for i, p := range g.Participants {
			list[i] = gen.Participant{
				WaID: p.WaID, UserID: p.UserID, ParentUserID: p.ParentUserID, Username: p.Username,
			}
		}
		return list, true
	case gen.FieldTotalParticipantCount:
		return len(g.Participants), true
	}
	return nil, false
}
