package fakegraph

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wagroups/wagroups-go/gen"
)

// firstRequestID has the length of the request ids in Meta's samples.
const firstRequestID = 106540352242922

// UpdateGroupSettings applies new texts or a new photo at once and answers as if they were applied later.
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
		photo, e = h.server.contract.readPhoto(x, params["boundary"])
	case mediaForm:
		settings, e = h.server.contract.readForm(x)
	default:
		settings, e = h.server.contract.readJSON(x)
	}
	if e != nil {
		fail(w, e)
		return
	}
	id := 0
	e = h.server.change(groupID, func(st *stored) {
		if subject, ok := settings["subject"].(string); ok {
			st.group.Subject = subject
		}
		if description, ok := settings["description"].(string); ok {
			st.group.Description = description
		}
		if photo != nil {
			st.photo = photo
		}
		id = firstRequestID + h.server.accepted
		h.server.accepted++
	})
	if e != nil {
		fail(w, e)
		return
	}
	_, _ = w.Write(mustMarshal(gen.Acceptance{MessagingProduct: product, RequestID: strconv.Itoa(id)}))
}

// mediaType returns the media type of a POST or DELETE, which the reference demands of both.
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
