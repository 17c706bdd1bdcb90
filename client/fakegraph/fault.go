package fakegraph

import (
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"
)

// The operations, for [Fault.Op] and [Request.Op], with the names of client.Error.Op. A POST is a SetGroupPhoto if its
// Content-Type is multipart/form-data, and an UpdateGroup otherwise.
const (
	GetGroup      = "GetGroup"
	UpdateGroup   = "UpdateGroup"
	SetGroupPhoto = "SetGroupPhoto"
	DeleteGroup   = "DeleteGroup"
)

// The operation IDs of the contract.
const (
	idGet    = "getGroupInfo"
	idUpdate = "updateGroupSettings"
	idDelete = "deleteGroup"
)

// opOf returns the operation of a request that the contract has under an ID.
func opOf(id string, r *http.Request) string {
	switch id {
	case idGet:
		return GetGroup
	case idDelete:
		return DeleteGroup
	}
	if media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); media == mediaMultipart {
		return SetGroupPhoto
	}
	return UpdateGroup
}

// A Fault is something that goes wrong with a request. Its fields can be combined; a zero field changes nothing, and
// with the zero Fault the request succeeds. The fields take effect in this order:
//
//  1. Executed and DropAfter carry the change out.
//  2. Delay and Stall hold the response back.
//  3. DropBefore and DropAfter drop the connection.
//  4. The response is written. If Status, Body, HTML or a field of the Graph error is set, it is the fault's, and
//     without Executed nothing is changed. Otherwise it is the normal one, after the change.
//  5. Header fields, CutAfter and Endless change that response.
//
// A dropped connection is closed without any byte of a response; over HTTP/2 the stream is reset. If an HTTP/1.1
// connection was used before, http.Transport sends a dropped GET again by itself, which takes the next fault.
// Connections of [Server.Doer] are never used again, so there this does not happen.
type Fault struct {
	// Op is the operation that the fault is for, such as [DeleteGroup]. Empty means any. A request with an unknown path
	// or method is no operation and takes no fault.
	Op string
	// GroupID is the group that the fault is for; it need not exist. Empty means any.
	GroupID string
	// Times is the number of requests that the fault is for. 0 means 1.
	Times int

	// Executed carries the change out first, even if the response is an error.
	Executed bool
	// Delay holds the response back. If the client disconnects or the server is closed meanwhile, the delay ends and
	// nothing is changed.
	Delay time.Duration
	// Stall sends no response until the client disconnects or the server is closed.
	Stall bool
	// DropBefore drops the connection before anything is changed.
	DropBefore bool
	// DropAfter drops the connection after the change.
	DropAfter bool

	// Status is the HTTP status, 200 to 599. The default is 400 for a Graph error and 200 for a Body or HTML. If only
	// Status is set, the response has no body.
	Status int

	// Code and the fields up to UserMessage make a Graph error; one of them is enough. The default of Type is
	// OAuthException, and that of Message is a text with the code.
	Code        int    // error.code
	Subcode     int    // error.error_subcode
	Type        string // error.type
	Message     string // error.message
	Details     string // error.error_data.details
	Transient   bool   // error.is_transient
	UserTitle   string // error.error_user_title
	UserMessage string // error.error_user_msg

	// Body is the body of the response, instead of a Graph error.
	Body string
	// HTML makes the response an HTML page, as of a gateway in front of Graph.
	HTML bool

	// ContentType replaces the Content-Type header.
	ContentType string
	// RetryAfter is the Retry-After header: seconds, or a date in the form of [http.TimeFormat].
	RetryAfter string
	// RegainAccess is the estimated_time_to_regain_access in the X-Business-Use-Case-Usage header, in minutes.
	RegainAccess int
	// ServedVersion replaces the facebook-api-version header, as Graph does if a version has expired.
	ServedVersion string
	// Date replaces the Date header, as of a server whose clock is wrong.
	Date time.Time
	// Header sets these header fields last. A key without values removes the field.
	Header http.Header

	// Webhook is what goes wrong after the change was accepted. It needs a change that is carried out.
	Webhook WebhookFault

	// CutAfter drops the connection after this many bytes of the body. A negative number drops it after the header.
	CutAfter int
	// Endless sends spaces after the body until the client disconnects or the server is closed.
	Endless bool
}

// FailNext queues faults. Each request takes the first fault in the queue that is for its operation and group, even if
// the request is invalid. [Server.PendingFaults] counts the faults that no request has taken yet. If one of the faults
// can never happen, FailNext queues none of them and returns an error that names the field and the rule: an unknown Op,
// a GroupID that no group can have, a value out of range, or fields that exclude each other.
func (s *Server) FailNext(faults ...Fault) error {
	for _, f := range faults {
		if err := errors.Join(s.contract.checkFault(f), s.checkWebhookFault(f)); err != nil {
			return fmt.Errorf("fakegraph: invalid fault: %w", err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue(faults)
	return nil
}

// queue appends faults that were checked. The caller holds the lock.
func (s *Server) queue(faults []Fault) {
	for _, f := range faults {
		f.Times = max(1, f.Times)
		f.Header = f.Header.Clone()
		s.lastFault++
		s.faults = append(s.faults, queuedFault{s.lastFault, f})
	}
	s.touch(pieceFaults)
}

// queuedFault is a fault that waits. Its Times is what is left.
type queuedFault struct {
	id int
	Fault
}

// fieldName is a name of a header field.
var fieldName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

func (c *contract) checkFault(f Fault) error {
	if f.Op != "" && !slices.Contains([]string{GetGroup, UpdateGroup, SetGroupPhoto, DeleteGroup}, f.Op) {
		return fmt.Errorf("Op: %q is not one of GetGroup, UpdateGroup, SetGroupPhoto, DeleteGroup", f.Op)
	}
	if f.GroupID != "" {
		if err := c.checkValue(c.groupID, "GroupID", f.GroupID); err != nil {
			return err
		}
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return fmt.Errorf("Status: %d is not from 200 to 599", f.Status)
	}
	ends := f.Stall || f.DropBefore || f.DropAfter
	names := slices.Collect(maps.Keys(f.Header))
	values := []string{f.ContentType, f.RetryAfter, f.ServedVersion}
	for _, list := range f.Header {
		values = append(values, list...)
	}
	noBody := f.Status == http.StatusNoContent || f.Status == http.StatusNotModified
	for _, rule := range []struct {
		broken bool
		text   string
	}{
		{f.Times < 0, "Times: must not be negative"},
		{f.Delay < 0, "Delay: must not be negative"},
		{f.RegainAccess < 0, "RegainAccess: must not be negative"},
		{slices.ContainsFunc(names, func(name string) bool { return !fieldName.MatchString(name) }),
			"Header: a name that HTTP does not allow"},
		{slices.ContainsFunc(values, func(value string) bool { return strings.ContainsAny(value, "\r\n\x00") }),
			"Header, ContentType, RetryAfter and ServedVersion: a value that HTTP does not allow"},
		{f.Body != "" && f.HTML, "Body and HTML: only one can be the body"},
		{(f.Body != "" || f.HTML) && f.isGraphError(), "Body or HTML, and a Graph error: only one can be the body"},
		{f.Stall && (f.DropBefore || f.DropAfter) || f.DropBefore && f.DropAfter,
			"Stall, DropBefore and DropAfter: only one can happen"},
		{ends && (f.answers() || f.CutAfter != 0 || f.Endless),
			"Stall, DropBefore and DropAfter: there is no response to set, cut or prolong"},
		{f.CutAfter != 0 && f.Endless, "CutAfter and Endless: only one can happen"},
		{noBody && (f.Body != "" || f.HTML || f.isGraphError() || f.CutAfter > 0 || f.Endless),
			"Status: a response with 204 or 304 has no body"},
	} {
		if rule.broken {
			return errors.New(rule.text)
		}
	}
	return nil
}

// PendingFaults returns the number of requests that the queued faults still wait for. It is 0 if all faults have
// happened, which a test can check at its end.
func (s *Server) PendingFaults() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, f := range s.faults {
		n += f.Times
	}
	return n
}

// takeFault returns the fault for a request, or the zero Fault.
func (s *Server) takeFault(x *exchange) Fault {
	if x.route == nil {
		return Fault{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.faults {
		f := s.faults[i].Fault
		if f.Op != "" && f.Op != x.op || f.GroupID != "" && f.GroupID != x.params["group_id"] {
			continue
		}
		s.keepFault(x, s.faults[i])
		if s.faults[i].Times--; s.faults[i].Times == 0 {
			s.faults = slices.Delete(s.faults, i, i+1)
		}
		s.touch(pieceFaults)
		return f
	}
	return Fault{}
}

func (f Fault) isGraphError() bool {
	return f.Code != 0 || f.Subcode != 0 || f.Type != "" || f.Message != "" || f.Details != "" || f.Transient ||
		f.UserTitle != "" || f.UserMessage != ""
}

// answers reports whether the fault has a response of its own.
func (f Fault) answers() bool {
	return f.Status != 0 || f.Body != "" || f.HTML || f.isGraphError()
}

const htmlPage = `<!DOCTYPE html>
<html><head><title>Sorry, something went wrong</title></head><body><h1>Sorry, something went wrong</h1></body></html>
`

// write writes the response of the fault.
func (f Fault) write(rep *reply) {
	rep.status = http.StatusOK
	switch {
	case f.Body != "":
		rep.body = []byte(f.Body)
	case f.HTML:
		rep.body = []byte(htmlPage)
		rep.header.Set("Content-Type", "text/html; charset=utf-8")
	case f.isGraphError():
		e := graphError{
			status: http.StatusBadRequest, code: f.Code, subcode: f.Subcode, kind: f.Type, message: f.Message,
			details: f.Details, transient: f.Transient, userTitle: f.UserTitle, userMessage: f.UserMessage,
		}
		if e.kind == "" {
			e.kind = typeOAuth
		}
		if e.message == "" {
			e.message = fmt.Sprintf("(#%d) Error on demand", f.Code)
		}
		e.write(rep)
	}
	if f.Status != 0 {
		rep.status = f.Status
	}
}

// dress sets the header fields of the response.
func (f Fault) dress(rep *reply) {
	for key, value := range map[string]string{
		"Content-Type": f.ContentType, "Retry-After": f.RetryAfter, headerServed: f.ServedVersion,
	} {
		if value != "" {
			rep.header.Set(key, value)
		}
	}
	if f.RegainAccess != 0 {
		rep.header.Set(headerBusiness, businessUsage(100, f.RegainAccess))
	}
	if !f.Date.IsZero() {
		rep.header.Set("Date", httpDate(f.Date))
	}
	for key, values := range f.Header {
		// An empty list, unlike a missing one, keeps net/http from adding a Date or Content-Type of its own.
		rep.header[http.CanonicalHeaderKey(key)] = values
	}
}
