package fakegraph

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/wagroups/wagroups-go/gen"
)

// A change is an update or a deletion that was accepted.
type change struct {
	op, groupID, requestID string
	subject, description   *string // nil: leave alone
	photo                  []byte
	fault                  WebhookFault

	waits bool   // it is applied later
	era   int    // see Server.era
	event *event // what became of it, once it was applied
}

// event is an element of a webhook's groups.
type event struct {
	field, requestID string
	element          json.RawMessage
}

// These have the timestamp in quotes, as Meta's samples do.
type (
	settingsEvent struct {
		gen.WebhookSettingsEvent
		Timestamp string `json:"timestamp"`
	}
	lifecycleEvent struct {
		gen.WebhookLifecycleEvent
		Timestamp string `json:"timestamp"`
	}
)

// accept takes a change of a group that exists and may be changed. It is applied before anything else can happen to the
// group, unless the server applies changes later.
func (s *Server) accept(x *exchange, c *change) *graphError {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.groups[c.groupID]; !ok {
		return errUnknownGroup()
	} else if st.group.Suspended {
		return errSuspended()
	}
	if e := s.room(c); e != nil {
		return e
	}
	// 32 upper-case hex digits, as Graph was captured to send, and the same ones in every run.
	if c.op == DeleteGroup {
		s.deletions++
		c.requestID = fmt.Sprintf("FA4D%028X", s.deletions)
	} else {
		s.updates++
		c.requestID = fmt.Sprintf("FA4E%028X", s.updates)
	}
	c.fault, c.era = x.fault.Webhook, s.era
	if c.waits = s.config.webhook().Delay > 0 && !c.fault.Before; c.waits {
		s.pending = append(s.pending, c)
	} else {
		s.apply(c)
	}
	x.change = c
	return nil
}

// applyInOrder applies a change that waited, and those that were accepted before it. A reset has forgotten those before
// it, and then it returns false.
func (s *Server) applyInOrder(c *change) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.era != s.era {
		return false
	}
	for c.event == nil {
		s.apply(s.pending[0])
		s.pending = slices.Delete(s.pending, 0, 1)
	}
	return true
}

// apply carries a change out, as far as a fault and the state of the group let it. The caller holds the lock.
func (s *Server) apply(c *change) {
	s.touch(pieceGroups)
	code, some := c.fault.RefuseCode, c.fault.RefuseSettings
	st, ok := s.groups[c.groupID]
	if !ok {
		code, some, st = errUnknownGroup().code, nil, &stored{}
	} else if st.group.Suspended {
		code, some = errSuspended().code, nil
	}
	stamp := strconv.FormatInt(s.config.now().Unix(), 10)
	if c.op == DeleteGroup {
		e := gen.WebhookLifecycleEvent{
			GroupID: c.groupID, RequestID: c.requestID, Type: "group_delete",
			Errors: webhookErrors(code),
		}
		if code == 0 {
			delete(s.groups, c.groupID)
		}
		c.event = &event{"group_lifecycle_update", c.requestID, plainJSON(lifecycleEvent{e, stamp})}
		return
	}
	e := gen.WebhookSettingsEvent{
		GroupID: c.groupID, RequestID: c.requestID, Type: "group_settings_update",
	}
	// outcome returns what an event says about a setting.
	outcome := func(setting string) (applied bool, flag json.RawMessage, errs []gen.WebhookError) {
		if applied = code == 0 || len(some) > 0 && !slices.Contains(some, setting); !applied {
			errs = webhookErrors(code)
			e.Errors = errs
		}
		if !s.config.webhook().WithoutFlags {
			flag = mustMarshal(applied)
		}
		return applied, flag, errs
	}
	if c.subject != nil {
		applied, flag, errs := outcome(settingSubject)
		if applied {
			st.group.Subject = *c.subject
		}
		e.GroupSubject = &gen.WebhookTextResult{Text: *c.subject, UpdateSuccessful: flag, Errors: errs}
	}
	if c.description != nil {
		applied, flag, errs := outcome(settingDescription)
		if applied {
			st.group.Description = *c.description
		}
		e.GroupDescription = &gen.WebhookTextResult{Text: *c.description, UpdateSuccessful: flag, Errors: errs}
	}
	if c.photo != nil {
		applied, flag, errs := outcome(settingPhoto)
		if applied {
			st.photo = c.photo
		}
		sum := sha256.Sum256(c.photo)
		c.photo = nil // its report may take minutes
		e.ProfilePicture = &gen.WebhookPhotoResult{
			MimeType: "image/jpeg", Sha256: base64.StdEncoding.EncodeToString(sum[:]), UpdateSuccessful: flag, Errors: errs,
		}
	}
	c.event = &event{"group_settings_update", c.requestID, plainJSON(settingsEvent{e, stamp})}
}

// webhookErrors is the list of errors for a code, and nil for 0.
func webhookErrors(code int) []gen.WebhookError {
	if code == 0 {
		return nil
	}
	return []gen.WebhookError{{
		Code: gen.IntegerOrString(strconv.Itoa(code)), Title: "Change refused",
		Message:   fmt.Sprintf("(#%d) Change refused", code),
		ErrorData: gen.WebhookErrorData{Details: "The change was accepted, and could not be carried out."},
	}}
}
