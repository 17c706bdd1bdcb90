package fakegraph

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"
)

// keptBody is the size up to which the control API keeps a body.
const keptBody = 1 << 20

// details is what the control API tells about a request in addition. Texts hold no secrets.
type details struct {
	arrived        time.Time
	start          time.Time // for the duration, where arrived may be of another clock
	duration       time.Duration
	groupID        string
	fault          queuedFault
	refusal        string
	body           string
	photo          []byte
	responseHeader http.Header
	response       string
}

// keepBody keeps the body as text, and a photo in it apart.
func (s *Server) keepBody(x *exchange, r *http.Request) {
	d := x.record.details
	if d == nil {
		return
	}
	groupID := x.secrets.scrub(x.params["group_id"])
	var body string
	var photo []byte
	if len(x.body) <= keptBody {
		body, photo = textOf(x.body, r.Header.Get("Content-Type"))
		body = x.secrets.scrub(body)
		if photo != nil && x.secrets.scrub(string(photo)) != string(photo) {
			photo = nil
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.groupID, d.body, d.photo = groupID, body, photo
	s.requests.grow(x.record, len(body)+len(photo))
}

// keepFault notes the fault that a request takes. The caller holds the lock.
func (s *Server) keepFault(x *exchange, f queuedFault) {
	if d := x.record.details; d != nil {
		f.Times = 0
		d.fault = f
		s.requests.grow(x.record, f.size())
	}
}

// size is about how many bytes a fault takes.
func (f Fault) size() int {
	const fields = 512
	texts := len(f.Body) + len(f.Message) + len(f.Details) + len(f.UserTitle) + len(f.UserMessage)
	return fields + texts + sizeOf(f.Header)
}

// keepResponse notes the response before it is written.
func (s *Server) keepResponse(x *exchange, rep *reply) {
	d := x.record.details
	if d == nil {
		return
	}
	var body, refusal string
	if len(rep.body) <= keptBody {
		body = x.secrets.scrub(string(rep.body))
	}
	if rep.refusal != nil && !x.fault.answers() {
		refusal = x.secrets.scrub(rep.refusal.text()) + s.hint(x)
	}
	header := http.Header(x.secrets.scrubValues(rep.header))
	s.mu.Lock()
	defer s.mu.Unlock()
	d.response, d.refusal, d.responseHeader = body, refusal, header
	s.requests.grow(x.record, len(body)+len(refusal)+sizeOf(header))
}

// hint is what a person needs in addition to Graph's own words.
func (s *Server) hint(x *exchange) string {
	switch {
	case x.allowed != nil:
		return " Use " + strings.Join(x.allowed, ", ") + "."
	case x.route == nil:
		return ". The path must be /" + s.contract.documented + "/GROUP_ID."
	case x.token == "":
		return " Send the header Authorization: Bearer TOKEN."
	case strings.HasPrefix(x.record.ContentType, mediaForm) && bytes.HasPrefix(bytes.TrimSpace(x.body), []byte("{")):
		return ". The body is JSON: send the header Content-Type: " + mediaJSON + "."
	}
	return ""
}

// keepEnd notes that a request is over.
func (s *Server) keepEnd(x *exchange) {
	if d := x.record.details; d != nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		d.duration = max(1, time.Since(d.start))
		s.touch(pieceRequests)
	}
}

// textOf returns a body as text. A file in a multipart body is a note there, and the photo if it is a JPEG.
func textOf(body []byte, contentType string) (text string, photo []byte) {
	media, params, _ := mime.ParseMediaType(contentType)
	if media != mediaMultipart || params["boundary"] == "" {
		return strings.ToValidUTF8(string(body), "\ufffd"), nil
	}
	var out strings.Builder
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextRawPart()
		if err != nil {
			break
		}
		content, err := io.ReadAll(part)
		fmt.Fprintf(&out, "Content-Disposition: %s\n", part.Header.Get("Content-Disposition"))
		name := part.FormName()
		switch {
		case isSecretName(name):
			fmt.Fprintf(&out, "\n%s\n\n", redacted)
		case name != partFile && name != partPicture:
			fmt.Fprintf(&out, "\n%s\n\n", content)
		case err == nil && bytes.HasPrefix(content, []byte{0xff, 0xd8}):
			photo = content
			fallthrough
		default:
			fmt.Fprintf(&out, "Content-Type: %s\n\n[%d bytes]\n\n", part.Header.Get("Content-Type"), len(content))
		}
	}
	return strings.ToValidUTF8(strings.TrimSuffix(out.String(), "\n"), "\ufffd"), photo
}
