package fakegraph

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control"
	"github.com/wagroups/wagroups-go/client/fakegraph/internal/control/wire"
)

// What the control API takes at most; a test in Go may put more.
const (
	mostGroups     = 10_000
	mostPhotoBytes = 256 << 20
	mostFaults     = 1_000
	mostFaultBytes = 16 << 20
)

// withControl serves the control API beside Graph.
func (s *Server) withControl(graph http.Handler) (http.Handler, error) {
	handler, err := control.NewHandler(controlled{s})
	if err != nil {
		return nil, fmt.Errorf("fakegraph: the control API: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == control.Path || strings.HasPrefix(r.URL.Path, control.Path+"/") {
			handler.ServeHTTP(w, r)
			return
		}
		graph.ServeHTTP(w, r)
	}), nil
}

// controlled is a server as the control API sees it, apart from Server to keep these methods out of the public API.
type controlled struct{ server *Server }

var _ control.Fake = controlled{}

func (c controlled) Health() wire.Health {
	return wire.Health{
		Status: wire.Ok, APIVersion: c.server.contract.documented, Webhook: c.server.config.webhook().receives(),
	}
}

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

func (c controlled) SetState(seed []byte) error {
	groups, err := parseSeed(seed, "line")
	if err != nil {
		return errors.New("groups: " + err.Error())
	}
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.setGroups(groups)
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
	var g Group
	if err := convert(&g, w); err != nil {
		return err
	}
	s := c.server
	if err := s.contract.checkGroup(g); err != nil {
		return err
	}
	if w.Photo != nil {
		if err := s.contract.photoError(w.Photo); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	old := s.groups[g.ID]
	switch {
	case old == nil && len(s.groups) >= mostGroups:
		return fmt.Errorf("groups: at most %d are allowed", mostGroups)
	case w.Photo == nil && old != nil:
		w.Photo = old.photo
	case w.Photo != nil:
		if err := s.roomForPhoto(g.ID, w.Photo); err != nil {
			return err
		}
	}
	s.groups[g.ID] = &stored{g, w.Photo}
	s.touch(pieceGroups)
	return nil
}

// roomForPhoto bounds all photos together. The caller holds the lock.
func (s *Server) roomForPhoto(id string, photo []byte) error {
	n := len(photo)
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

func (c controlled) Faults() []wire.QueuedFault {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	return wireFaults(c.server.faults)
}

func wireFaults(queue []queuedFault) []wire.QueuedFault {
	list := make([]wire.QueuedFault, len(queue))
	for i, q := range queue {
		list[i].ID = q.id
		mustConvert(&list[i].Fault, q.Fault)
	}
	return list
}

func (c controlled) AddFaults(list []wire.Fault) (queued []wire.QueuedFault, broken int, err error) {
	s := c.server
	faults, bytes := make([]Fault, len(list)), 0
	for i, w := range list {
		err := convert(&faults[i], w)
		if err == nil {
			err = cmp.Or(s.contract.checkFault(faults[i]), s.checkWebhookFault(faults[i]))
		}
		if err != nil {
			return nil, i, errors.New(inSnakeCase(err.Error()))
		}
		bytes += faults[i].size()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, q := range s.faults {
		bytes += q.size()
	}
	if len(s.faults)+len(faults) > mostFaults || bytes > mostFaultBytes {
		return nil, -1, fmt.Errorf("body: at most %d faults of %d bytes can wait", mostFaults, mostFaultBytes)
	}
	before := len(s.faults)
	s.queue(faults)
	return wireFaults(s.faults[before:]), 0, nil
}

func (c controlled) CancelFault(id int) bool {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.faults)
	s.faults = slices.DeleteFunc(s.faults, func(q queuedFault) bool { return q.id == id })
	s.touch(pieceFaults)
	return len(s.faults) < before
}

func (c controlled) Requests(limit int) []wire.Request {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := s.requests.entries
	if limit > 0 {
		entries = entries[max(0, len(entries)-limit):]
	}
	list := make([]wire.Request, len(entries))
	for i, entry := range entries {
		list[i] = wireRequest(entry)
	}
	return list
}

func (c controlled) Request(number int) (wire.Request, bool) {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.requests.entries, func(r *recorded) bool { return r.Number == number })
	if i < 0 {
		return wire.Request{}, false
	}
	r := wireRequest(s.requests.entries[i])
	d := s.requests.entries[i].details
	r.Body, r.Photo, r.Response, r.ResponseHeader = d.body, d.photo, d.response, wire.Header(d.responseHeader)
	if d.fault.id != 0 {
		mustConvert(&r.Fault, d.fault.Fault)
	}
	return r, true
}

// wireRequest makes a request without bodies. Its maps are never changed any more.
func wireRequest(entry *recorded) (r wire.Request) {
	mustConvert(&r, entry.Request)
	d := entry.details
	r.Time, r.DurationMS = d.arrived, float64(d.duration.Microseconds())/1000
	if d.duration > 0 && r.DurationMS == 0 {
		r.DurationMS = 0.001
	}
	r.GroupID, r.FaultID, r.Refusal = d.groupID, d.fault.id, d.refusal
	return r
}

func (c controlled) Deliveries() []wire.Delivery {
	list := c.server.Deliveries()
	deliveries := make([]wire.Delivery, len(list))
	for i, d := range list {
		body := string(d.Body)
		d.Body = nil
		mustConvert(&deliveries[i], d)
		deliveries[i].Body = body
	}
	return deliveries
}

func (c controlled) Reset() {
	s := c.server
	s.mu.Lock()
	defer s.mu.Unlock()
	s.era++
	_ = s.setGroups(s.config.groups)
	s.faults, s.pending, s.held = nil, nil, nil
	s.requests, s.deliveries = kept[recorded]{}, kept[Delivery]{}
	s.updates, s.deletions = 0, 0
	for p := range pieces {
		s.touch(p)
	}
}

func (c controlled) Revisions() wire.Revisions {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	r := c.server.revisions
	return wire.Revisions{
		Groups: r[pieceGroups], Faults: r[pieceFaults], Requests: r[pieceRequests], Deliveries: r[pieceDeliveries],
	}
}

func (c controlled) Watch() (<-chan struct{}, func()) { return c.server.watch() }

func (c controlled) UntilClosed(ctx context.Context) (context.Context, func()) {
	return c.server.untilClosed(ctx)
}

// convert copies the fields that two structs have under the same name. Durations are texts on the wire.
func convert(target, source any) error {
	return convertValue(reflect.ValueOf(target).Elem(), reflect.ValueOf(source))
}

// mustConvert is for what goes to the wire, where no text can be wrong.
func mustConvert(target, source any) {
	if err := convert(target, source); err != nil {
		panic(err)
	}
}

func convertValue(to, from reflect.Value) error {
	duration := reflect.TypeFor[time.Duration]()
	switch {
	case to.Type() == duration && from.Kind() == reflect.String:
		if from.Len() == 0 {
			return nil
		}
		d, err := time.ParseDuration(from.String())
		if err != nil {
			return errors.New("must be a duration such as 1.5s")
		}
		to.SetInt(int64(d))
	case from.Type() == duration:
		if from.Int() != 0 {
			to.SetString(time.Duration(from.Int()).String())
		}
	case from.Type().ConvertibleTo(to.Type()):
		to.Set(from.Convert(to.Type()))
	case from.Kind() == reflect.Slice:
		if from.IsNil() {
			return nil
		}
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			if err := convertValue(to.Index(i), from.Index(i)); err != nil {
				return err
			}
		}
	default:
		for field := range to.Type().Fields() {
			value := from.FieldByName(field.Name)
			if !value.IsValid() || !field.IsExported() {
				continue
			}
			if err := convertValue(to.FieldByIndex(field.Index), value); err != nil {
				return fmt.Errorf("%s: %w", field.Name, err)
			}
		}
	}
	return nil
}

var goName = regexp.MustCompile(`\b[A-Z][a-zA-Z]+`)

// inSnakeCase gives the fields of a fault in an error their names on the wire.
func inSnakeCase(text string) string {
	fault, webhook := reflect.TypeFor[Fault](), reflect.TypeFor[WebhookFault]()
	return goName.ReplaceAllStringFunc(text, func(name string) string {
		_, ok := fault.FieldByName(name)
		if _, inner := webhook.FieldByName(name); !ok && !inner {
			return name
		}
		var out strings.Builder
		for i, r := range name {
			upper := r >= 'A' && r <= 'Z'
			before := i > 0 && name[i-1] >= 'a' && name[i-1] <= 'z'
			if upper && before {
				out.WriteByte('_')
			}
			out.WriteRune(r)
		}
		return strings.ToLower(out.String())
	})
}
