package fakegraph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wagroups/wagroups-go/gen"
)

// unknownField looks for a field that does not exist, which Graph reports in its own words. It runs before the
// validation, whose enum would catch it too.
func unknownField(x *exchange) *graphError {
	if x.op != GetGroup || x.query.Get("fields") == "" {
		return nil
	}
	for field := range strings.SplitSeq(x.query.Get("fields"), ",") {
		if !gen.Field(field).Valid() {
			return errUnknownField(x.quote(field))
		}
	}
	return nil
}

// GetGroupInfo returns id, messaging_product and the requested fields. A body, such as the {} in the sample of
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

// value returns the value of a field in a response, and false if the field is not set.
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

// UpdateGroupSettings accepts new texts or a new photo.
func (h handlers) UpdateGroupSettings(
	w http.ResponseWriter, r *http.Request, _ gen.Version, groupID gen.GroupID,
) {
	media, params, e := h.server.contract.mediaType(r)
	if e != nil {
		fail(w, e)
		return
	}
	x := exchangeOf(r)
	var settings map[string]any
	var photo []byte
	switch media {
	case mediaMultipart:
		photo, e = h.server.readPhoto(x, params["boundary"])
	case mediaForm:
		settings, e = h.server.contract.readForm(x)
	default:
		settings, e = h.server.contract.readJSON(x)
	}
	if e != nil {
		fail(w, e)
		return
	}
	c := &change{op: x.op, groupID: groupID, photo: photo}
	if subject, ok := settings["subject"].(string); ok {
		c.subject = &subject
	}
	if description, ok := settings["description"].(string); ok {
		c.description = &description
	}
	if e := h.server.accept(x, c); e != nil {
		fail(w, e)
		return
	}
	_, _ = w.Write(mustMarshal(gen.Acceptance{MessagingProduct: product, RequestID: c.requestID}))
}

// mediaType returns the media type of a POST or, where headers are strict, of a DELETE.
func (c *contract) mediaType(r *http.Request) (string, map[string]string, *graphError) {
	header := r.Header.Get("Content-Type")
	choice := strings.Join(c.mediaTypes, ", ")
	if header == "" {
		return "", nil, errInvalid("Content-Type: missing, it must be one of %s", choice)
	}
	media, params, err := mime.ParseMediaType(header)
	if err != nil || !slices.Contains(c.mediaTypes, media) {
		return "", nil, errInvalid("Content-Type: %s is not one of %s", exchangeOf(r).quote(header), choice)
	}
	return media, params, nil
}

// emptyObject tells whether a body is the {} of the reference page's samples.
func emptyObject(body []byte) bool { return string(bytes.TrimSpace(body)) == "{}" }

func (c *contract) readJSON(x *exchange) (map[string]any, *graphError) {
	if emptyObject(x.body) {
		return nil, nil
	}
	if len(x.body) == 0 {
		return nil, errInvalid("body: missing")
	}
	var value any
	if err := json.Unmarshal(x.body, &value); err != nil {
		return nil, errInvalid("body: not valid JSON")
	}
	if !utf8.Valid(x.body) {
		return nil, errInvalid("body: not valid UTF-8")
	}
	return c.checkSettings(x, value)
}

func (c *contract) readForm(x *exchange) (map[string]any, *graphError) {
	form, err := url.ParseQuery(string(x.body))
	if err != nil {
		return nil, errInvalid("body: not a well-formed form")
	}
	value := make(map[string]any, len(form))
	for key, values := range form {
		if len(values) > 1 {
			return nil, errInvalid("body: property %q stands more than once", x.quote(key))
		}
		if !utf8.ValidString(key) || !utf8.ValidString(values[0]) {
			return nil, errInvalid("body: not valid UTF-8")
		}
		value[key] = values[0]
	}
	return c.checkSettings(x, value)
}

func (c *contract) checkSettings(x *exchange, value any) (map[string]any, *graphError) {
	if err := c.checkValue(c.settings, bodyName, value); err != nil {
		return nil, x.errContract(err)
	}
	settings := value.(map[string]any) // the schema says so
	if _, ok := settings["profile_picture_file"]; ok {
		return nil, errInvalid("profile_picture_file: a local path means nothing to a server, " +
			"send the photo as the file of a multipart/form-data body")
	}
	return settings, nil
}

// DeleteGroup accepts a deletion. It takes no body other than the {} in the sample of the reference page.
func (h handlers) DeleteGroup(w http.ResponseWriter, r *http.Request, _ gen.Version, groupID gen.GroupID) {
	if h.server.config.strict {
		if _, _, e := h.server.contract.mediaType(r); e != nil {
			fail(w, e)
			return
		}
	}
	if body := exchangeOf(r).body; len(body) > 0 && !emptyObject(body) {
		fail(w, errInvalid("body: a DELETE has none"))
		return
	}
	if e := h.server.accept(exchangeOf(r), &change{op: DeleteGroup, groupID: groupID}); e != nil {
		fail(w, e)
		return
	}
	success := gen.BooleanOrString("true")
	if h.server.config.quoted {
		success = gen.BooleanOrString(`"true"`)
	}
	_, _ = w.Write(mustMarshal(gen.Acceptance{Success: success}))
}
