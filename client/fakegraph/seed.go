package fakegraph

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// parseSeed reads {"groups": [...]} token by token, because json.Unmarshal does not say where an unknown key stands.
func parseSeed(data []byte, name string) ([]stored, error) {
	c, err := loadedContract()
	if err != nil {
		return nil, err
	}
	p := &seedParser{data: data, name: name, dec: json.NewDecoder(bytes.NewReader(data))}
	// The whole text first: the syntax errors of Unmarshal have a position that counts from its beginning.
	var whole any
	if err := json.Unmarshal(data, &whole); err != nil {
		if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			return nil, p.errorAt(int(syntax.Offset)-1, "%v", err)
		}
		return nil, p.errorAt(0, "%v", err)
	}
	if !utf8.Valid(data) {
		return nil, p.errorAt(0, "the file is not valid UTF-8")
	}
	var groups []stored
	ids := map[string]bool{}
	err = p.object("the seed", func(key string) error {
		if key != "groups" {
			return errUnknownKey
		}
		return p.array("groups", func() error {
			at := p.next()
			st, err := p.group()
			if err != nil {
				return err
			}
			if err := c.checkGroup(st.group); err != nil {
				return p.errorAt(at, "invalid group: %v", err)
			}
			if err := c.photoError(st.photo); st.photo != nil && err != nil {
				return p.errorAt(at, "invalid group: %v", err)
			}
			if ids[st.group.ID] {
				return p.errorAt(at, "an earlier group has the same id")
			}
			ids[st.group.ID] = true
			groups = append(groups, st)
			return nil
		})
	})
	return groups, err
}

var errUnknownKey = errors.New("unknown key")

type seedParser struct {
	data []byte
	name string
	dec  *json.Decoder
}

func (p *seedParser) group() (st stored, err error) {
	g := &st.group
	err = p.object("a group", func(key string) error {
		switch key {
		case "id":
			return p.value(key, &g.ID)
		case "subject":
			return p.value(key, &g.Subject)
		case "description":
			return p.value(key, &g.Description)
		case "join_approval_mode":
			return p.value(key, &g.JoinApprovalMode)
		case "suspended":
			return p.value(key, &g.Suspended)
		case "creation_timestamp":
			return p.value(key, &g.CreationTimestamp)
		case "photo":
			return p.value(key, &st.photo)
		case "participants":
			return p.array(key, func() error {
				person, err := p.participant()
				g.Participants = append(g.Participants, person)
				return err
			})
		}
		return errUnknownKey
	})
	return st, err
}

func (p *seedParser) participant() (person Participant, err error) {
	err = p.object("a participant", func(key string) error {
		switch key {
		case "wa_id":
			return p.value(key, &person.WaID)
		case "user_id":
			return p.value(key, &person.UserID)
		case "parent_user_id":
			return p.value(key, &person.ParentUserID)
		case "username":
			return p.value(key, &person.Username)
		}
		return errUnknownKey
	})
	return person, err
}

// object reads an object; f reads the value of a key.
func (p *seedParser) object(what string, f func(key string) error) error {
	at := p.next()
	if open, err := p.dec.Token(); err != nil || open != json.Delim('{') {
		return p.errorAt(at, "%s must be an object", what)
	}
	seen := map[string]bool{}
	for p.dec.More() {
		at := p.next()
		token, err := p.dec.Token()
		if err != nil {
			return p.errorAt(at, "%v", err)
		}
		key := token.(string) // the text is valid JSON, so this is a key
		if seen[key] {
			return p.errorAt(at, "key %q stands twice", key)
		}
		seen[key] = true
		if err := f(key); errors.Is(err, errUnknownKey) {
			return p.errorAt(at, "unknown key %q in %s", key, what)
		} else if err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}

// array reads an array; f reads an element.
func (p *seedParser) array(key string, f func() error) error {
	at := p.next()
	if open, err := p.dec.Token(); err != nil || open != json.Delim('[') {
		return p.errorAt(at, "%s must be an array", key)
	}
	for p.dec.More() {
		if err := f(); err != nil {
			return err
		}
	}
	_, err := p.dec.Token()
	return err
}

// value reads a scalar.
func (p *seedParser) value(key string, target any) error {
	at := p.next()
	var raw json.RawMessage
	err := p.dec.Decode(&raw)
	if err == nil && string(raw) == "null" { // which Unmarshal would take for any type
		err = errors.New("null is no value")
	}
	if err == nil {
		err = json.Unmarshal(raw, target)
	}
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		err = fmt.Errorf("%s instead of %s", mismatch.Value, mismatch.Type)
	}
	if err != nil {
		return p.errorAt(at, "%s: %v", key, err)
	}
	return nil
}

// next is the offset of the token that the decoder reads next.
func (p *seedParser) next() int {
	at := int(p.dec.InputOffset())
	for at < len(p.data) && bytes.IndexByte([]byte(" \t\r\n,:"), p.data[at]) >= 0 {
		at++
	}
	return at
}

func (p *seedParser) errorAt(offset int, format string, args ...any) error {
	before := p.data[:max(0, min(offset, len(p.data)))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fmt.Errorf("%s:%d:%d: %s", p.name, line, column, fmt.Sprintf(format, args...))
}
