package fakegraph

import (
	"errors"
	"fmt"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

// state returns all groups by ID, and their photos.
func (c controlled) state() []stored {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	list := make([]stored, 0, len(c.server.groups))
	for _, st := range c.server.groups {
		list = append(list, stored{st.group.clone(), st.photo}) // photos are replaced, never changed
	}
	slices.SortFunc(list, func(a, b stored) int { return strings.Compare(a.group.ID, b.group.ID) })
	return list
}

func (c controlled) State() wire.State {
	state := wire.State{Groups: []wire.Group{}}
	for _, st := range c.state() {
		g := wireGroup(st.group)
		g.Photo = st.photo
		state.Groups = append(state.Groups, g)
	}
	return state
}

func (c controlled) Groups() wire.GroupList {
	list := wire.GroupList{Groups: []wire.Group{}, Photos: map[string]string{}}
	for _, st := range c.state() {
		list.Groups = append(list.Groups, wireGroup(st.group))
		if st.photo != nil {
			list.Photos[st.group.ID] = strconv.FormatUint(uint64(crc32.ChecksumIEEE(st.photo)), 16)
		}
	}
	return list
}

func (c controlled) Group(id string) (wire.Group, bool) {
	g, ok := c.server.Group(id)
	return wireGroup(g), ok
}

func wireGroup(g Group) (w wire.Group) {
	mustConvert(&w, g)
	return w
}

func (c controlled) SetState(list []wire.Group) (broken int, err error) {
	groups, ids := make([]stored, len(list)), map[string]bool{}
	for i, w := range list {
		if groups[i], err = c.check(w); err != nil {
			return i, err
		}
		if ids[w.ID] {
			return i, errors.New("id: an earlier group has the same one")
		}
		ids[w.ID] = true
	}
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	return -1, s.setGroups(groups)
}

// check applies the rules for a group and its photo.
func (c controlled) check(w wire.Group) (st stored, err error) {
	if err := convert(&st.group, w); err != nil {
		return st, err
	}
	if err := c.server.contract.checkGroup(st.group); err != nil {
		return st, err
	}
	if st.photo = w.Photo; w.Photo != nil {
		err = c.server.contract.photoError(w.Photo)
	}
	return st, err
}

// setGroups replaces all groups. The caller holds the lock.
func (s *Server) setGroups(groups []stored) error {
	if len(groups) > mostGroups {
		return fmt.Errorf("groups: at most %d are allowed", mostGroups)
	}
	clear(s.groups)
	for _, st := range groups {
		s.groups[st.group.ID] = &stored{st.group.clone(), st.photo}
	}
	s.touch(pieceGroups)
	return nil
}

func (c controlled) PutGroup(w wire.Group) error {
	st, err := c.check(w)
	if err != nil {
		return err
	}
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.groups[w.ID]
	switch {
	case old == nil && len(s.groups) >= mostGroups:
		return fmt.Errorf("groups: at most %d are allowed", mostGroups)
	case st.photo == nil && old != nil:
		st.photo = old.photo
	case st.photo != nil:
		if err := s.roomForPhoto(w.ID, st.photo); err != nil {
			return err
		}
	}
	s.groups[w.ID] = &st
	s.touch(pieceGroups)
	return nil
}

// room bounds what changes can keep: photos, and reports to a receiver that does not take them. The caller holds the
// lock.
func (s *Server) room(c *change) *graphError {
	if !s.config.control {
		return nil
	}
	if max(s.network.reports(), len(s.held)) >= mostReports {
		return errBusy(fmt.Sprintf("%d changes wait for their time or for their webhook.", mostReports))
	}
	if c.photo == nil {
		return nil
	}
	if err := s.roomForPhoto(c.groupID, c.photo); err != nil {
		return errBusy(err.Error())
	}
	return nil
}

// roomForPhoto bounds all photos together. The caller holds the lock.
func (s *Server) roomForPhoto(id string, photo []byte) error {
	n := len(photo)
	for _, c := range s.pending {
		n += len(c.photo)
	}
	for other, st := range s.groups {
		if other != id {
			n += len(st.photo)
		}
	}
	if n > mostPhotoBytes {
		return fmt.Errorf("photo: all photos together may have %d bytes", mostPhotoBytes)
	}
	return nil
}

func (c controlled) DeleteGroup(id string) bool {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.groups[id]
	delete(s.groups, id)
	s.touch(pieceGroups)
	return ok
}

func (c controlled) Photo(id string) ([]byte, bool) { return c.server.Photo(id) }

func (c controlled) PutPhoto(id string, photo []byte) (bool, error) {
	s := c.server
	if err := s.contract.photoError(photo); err != nil {
		return true, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	st, ok := s.groups[id]
	if !ok {
		return false, nil
	}
	if err := s.roomForPhoto(id, photo); err != nil {
		return true, err
	}
	st.photo = photo
	s.touch(pieceGroups)
	return true, nil
}
