package fakegraph

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"time"
)

// The operations, for [Fault.Op] and [Request.Op]: the words of client.Error.Op. A POST is a SetGroupPhoto if its
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

// A Fault is something that goes wrong with a request. Its fields combine; a zero field changes nothing, so the zero
// Fault is a request that succeeds. They take effect in this order:
//
//  1. The change is carried out if Executed or DropAfter is set.
//  2. Delay and Stall hold the answer back.
//  3. DropBefore and DropAfter drop the connection.
//  4. The answer is given: the fault's own, if one of Status, Body, HTML or the fields of a Graph error is set, and
//     nothing is changed unless Executed is set; else the normal one, after the change.
//  5. Header fields, CutAfter and Endless apply to either.
//
// A dropped connection is closed without a byte of an answer; over HTTP/2 its stream is reset. When an HTTP/1.1
// connection was used before, [http.Transport] repeats a dropped GET by itself, which takes the next fault. Connections
// of [Server.Doer] are never reused, so there each attempt is the client's own.
type Fault struct {
	// Op is the operation that the fault waits for, such as [DeleteGroup]. Empty is any. A request to an unknown path or
	// with another method has none and takes no fault.
	Op string
	// GroupID is the group that the fault waits for, whether or not it exists. Empty is any.
	GroupID string
	// Times is how many requests the fault happens to; 0 is 1.
	Times int

	// Executed carries the change out before anything goes wrong, though the answer may be an error.
	Executed bool
	// Delay holds the answer back. It ends early, and nothing is changed any more, when the client goes away or the
	// server is closed.
	Delay time.Duration
	// Stall gives no answer until the client goes away or the server is closed.
	Stall bool
	// DropBefore drops the connection; nothing is changed.
	DropBefore bool
	// DropAfter drops the connection after the change was carried out.
	DropAfter bool

	// Status is the HTTP status, 200 to 599. The default is 400 for a Graph error and 200 for a Body or HTML. With
	// neither, the answer has this status and no body.
	Status int

	// Code and the fields up to UserMessage make a Graph error; one that is set is enough. Type is OAuthException by
	// default, Message a text with the code.
	Code        int    // error.code
	Subcode     int    // error.error_subcode
	Type        string // error.type
	Message     string // error.message
	Details     string // error.error_data.details
	Transient   bool   // error.is_transient
	UserTitle   string // error.error_user_title
	UserMessage string // error.error_user_msg

	// Body is the body of the answer, instead of a Graph error.
	Body string
	// HTML is a Body and ContentType in one: an HTML page, as a gateway in front of Graph answers.
	HTML bool

	// ContentType replaces the Content-Type header.
	ContentType string
	// RetryAfter is the Retry-After header: seconds, or a date in the form of [http.TimeFormat].
	RetryAfter string
	// RegainAccess is the estimated_time_to_regain_access, in minutes, of the X-Business-Use-Case-Usage header.
	RegainAccess int
	// ServedVersion replaces the facebook-api-version header, as Graph does when a version has expired.
	ServedVersion string
	// Date replaces the Date header, as of a server whose clock is wrong.
	Date time.Time
	// Header sets these fields of the header last. A key without values takes the field away.
	Header http.Header

	// Webhook is what happens to the change after it was accepted. It needs a change that is carried out.
	Webhook WebhookFault

	// CutAfter drops the connection after that many bytes of the body; a negative number drops it after the header.
	CutAfter int
	// Endless sends spaces after the body, without end, until the client goes away or the server is closed.
	Endless bool
}

// FailNext queues faults. Each request takes the first fault in the queue that waits for its operation and group,
// whether or not the request is valid; see [Server.PendingFaults] for those still waiting. A fault that can never
// happen is an error that names the field and the rule, and none of the list is queued: an unknown Op, a GroupID that
// no group can have, a number or status out of its range, or fields of which one rules out another.
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

func (c *contract) checkFault(f Fault) error {
	if f.Op != "" && !slices.Contains([]string{GetGroup, UpdateGroup, SetGroupPhoto, DeleteGroup}, f.Op) {
		return fmt.Errorf("Op: %q is none of GetGroup, UpdateGroup, SetGroupPhoto and DeleteGroup", f.Op)
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
	noBody := f.Status == http.StatusNoContent || f.Status == http.StatusNotModified
	for _, rule := range []struct {
		broken bool
		text   string
	}{
		{f.Times < 0, "Times: must not be negative"},
		{f.Delay < 0, "Delay: must not be negative"},
		{f.RegainAccess < 0, "RegainAccess: must not be negative"},
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

// PendingFaults returns how many requests the queued faults still wait for. A test checks for 0 that all of its faults
// happened.
func (s *Server) PendingFaults() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, f := range s.faults {
		n += f.Times
	}
	return n
}

// takeFault returns the fault for a request, the zero Fault when there is none.
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

// answers tells whether the fault has an answer of its own.
func (f Fault) answers() bool {
	return f.Status != 0 || f.Body != "" || f.HTML || f.isGraphError()
}

const htmlPage = `<!DOCTYPE html>
<html><head><title>Sorry, something went wrong</title></head><body><h1>Sorry, something went wrong</h1></body></html>
`

// write answers as the fault says.
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

// dress applies the header fields to whichever answer is given.
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
