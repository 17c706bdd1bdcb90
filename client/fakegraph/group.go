package fakegraph

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// maxParticipants stands in the contract as prose only.
const maxParticipants = 8

// Group is the state of one group. Except for Suspended and Participants, a zero field is not set and is omitted in
// responses, as Graph omits a description that is not set. The total_participant_count in a response is the number of
// Participants. [Server.PutGroup], [WithGroups] and [WithSeed] check the rules of the fields, which are those of the
// contract.
type Group struct {
	// ID has 1 to 256 letters, digits, '_', '=' or '-'. It is required.
	ID string `json:"id"`
	// Subject has at most 128 characters.
	Subject string `json:"subject,omitempty"`
	// Description has at most 2048 characters.
	Description string `json:"description,omitempty"`
	// JoinApprovalMode is "approval_required" or "auto_approve".
	JoinApprovalMode string `json:"join_approval_mode,omitempty"`
	// Suspended makes every change fail with code 131207. The group can still be read.
	Suspended bool `json:"suspended,omitempty"`
	// CreationTimestamp is in Unix seconds.
	CreationTimestamp int64 `json:"creation_timestamp,omitempty"`
	// Participants has at most 8 entries, without the business.
	Participants []Participant `json:"participants,omitempty"`
}

// Participant is one participant of a group. It has a WaID, a UserID or both.
type Participant struct {
	// WaID is the WhatsApp user ID, a phone number in digits.
	WaID string `json:"wa_id,omitempty"`
	// UserID identifies the user to the business. Newer API versions have it.
	UserID string `json:"user_id,omitempty"`
	// ParentUserID identifies the user to the parent business. Newer API versions have it.
	ParentUserID string `json:"parent_user_id,omitempty"`
	// Username is the name that the user chose. Newer API versions have it.
	Username string `json:"username,omitempty"`
}

func (g Group) clone() Group {
	g.Participants = slices.Clone(g.Participants)
	return g
}

// stored is a group and its photo, the JPEG or nil.
type stored struct {
	group Group
	photo []byte
}

// PutGroup inserts a group, or replaces the group with the same ID and removes its photo. If the group is invalid, the
// error says which field breaks which rule, and nothing is changed.
func (s *Server) PutGroup(g Group) error {
	if err := s.contract.checkGroup(g); err != nil {
		return fmt.Errorf("fakegraph: invalid group: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups[g.ID] = &stored{group: g.clone()}
	s.touch(pieceGroups)
	return nil
}

// Group returns a copy of a group. It returns false if there is no group with this ID.
func (s *Server) Group(id string) (Group, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.groups[id]; ok {
		return st.group.clone(), true
	}
	return Group{}, false
}

// Photo returns a copy of the JPEG that was uploaded last for a group. It returns false if the group has no photo.
func (s *Server) Photo(id string) ([]byte, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if st, ok := s.groups[id]; ok && st.photo != nil {
		return slices.Clone(st.photo), true
	}
	return nil, false
}

// checkGroup applies the rules that the contract has for each field.
func (c *contract) checkGroup(g Group) error {
	if err := c.checkValue(c.groupID, "id", g.ID); err != nil {
		return err
	}
	for _, text := range []struct{ name, value string }{{"subject", g.Subject}, {"description", g.Description}} {
		if text.value == "" {
			continue
		}
		if !utf8.ValidString(text.value) {
			return fmt.Errorf("%s: not valid UTF-8", text.name)
		}
		if err := c.checkValue(c.settings.Properties[text.name].Value, text.name, text.value); err != nil {
			return err
		}
	}
	if mode := g.JoinApprovalMode; mode != "" {
		if err := c.checkValue(c.joinApprovalMode, "join_approval_mode", mode); err != nil {
			return err
		}
	}
	if g.CreationTimestamp < 0 {
		return errors.New("creation_timestamp: must not be negative")
	}
	if n := len(g.Participants); n > maxParticipants {
		return fmt.Errorf("participants: %d of them, but at most %d are allowed", n, maxParticipants)
	}
	for i, p := range g.Participants {
		if p.WaID == "" && p.UserID == "" {
			return fmt.Errorf("participants[%d]: neither wa_id nor user_id", i)
		}
	}
	return nil
}
