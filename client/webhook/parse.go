package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/gen"
)

// Parse returns the events of a body in their order: every element of every change of every entry, including those of
// fields that are not about groups. Something that cannot be read becomes an event too, and the others are not
// affected. Verify the body first.
//
// The error matches [client.ErrMalformedResponse]: the body is not JSON, or not about a WhatsApp Business Account, such
// as a delivery from the Test button of another product. It never contains the body. Time and memory are proportional
// to the size of the body.
func Parse(body []byte) ([]*Event, error) {
	if !json.Valid(body) {
		return nil, bodyError("it is not JSON")
	}
	body = bytes.TrimSpace(body)
	if !isObject(body) {
		return nil, bodyError("it is not an object")
	}
	var object, entry []byte
	for key, value := range members(body) {
		switch string(key) {
		case "object":
			object = value
		case "entry":
			entry = value
		}
	}
	if text(object) != string(gen.WebhookDeliveryObjectWhatsappBusinessAccount) {
		return nil, bodyError("it is not about a WhatsApp Business Account")
	}
	if !isList(entry) {
		return nil, bodyError("it has no list of entries")
	}
	var p parser
	p.each(entry, p.entry)
	return p.events, nil
}

func bodyError(problem string) error {
	return fmt.Errorf("wagroups: webhook: %w: the body cannot be read: %s", client.ErrMalformedResponse, problem)
}

const valuesOff = `only the names of changed fields, no values: ` +
	`switch "Include Values" on for the webhook in the App Dashboard`

// A parser collects the events of one body.
type parser struct{ events []*Event }

func (p *parser) add(e Event) *Event {
	p.events = append(p.events, &e)
	return &e
}

// each reads the elements of a list. What read returns with a problem is an event of its own, one for a run of such
// elements: millions of them fit into a body.
func (p *parser) each(list []byte, read func(element []byte) Event) {
	var run *Event
	var from, to, count int
	end := func() {
		if run != nil {
			run.Raw = bytes.Clone(list[from:to])
			if count > 1 {
				run.Raw = slices.Concat([]byte("["), list[from:to], []byte("]"))
			}
			run = nil
		}
	}
	for at, element := range elements(list) {
		unread := read(element)
		switch {
		case unread.problem == "":
			end()
			continue
		case run == nil:
			run, from, count = p.add(unread), at, 0
		}
		to = at + len(element)
		count++
	}
	end()
}

func (p *parser) entry(element []byte) Event {
	if !isObject(element) {
		return Event{problem: "an entry is not an object"}
	}
	var e Event
	var changes []byte
	var names bool
	for key, value := range members(element) {
		switch string(key) {
		case "id":
			e.AccountID = text(value)
		case "changes":
			changes = value
		case "changed_fields":
			names = true
		}
	}
	switch {
	case isList(changes):
		p.each(changes, func(element []byte) Event { return p.change(e, element) })
	case names:
		e.problem = valuesOff
	default:
		e.problem = "an entry has no list of changes"
	}
	return e
}

// change reads a change of the account that e names.
func (p *parser) change(e Event, element []byte) Event {
	if !isObject(element) {
		e.problem = "a change is not an object"
		return e
	}
	var content, groups []byte
	for key, value := range members(element) {
		switch string(key) {
		case "field":
			e.Field = text(value)
		case "value":
			content = value
		}
	}
	if isObject(content) {
		for key, value := range members(content) {
			switch string(key) {
			case "metadata":
				e.PhoneNumberID = phoneNumberID(value)
			case "groups":
				groups = value
			}
		}
	}
	switch {
	case isList(groups):
		p.each(groups, func(element []byte) Event { return p.group(e, element) })
	case e.Field == "" || content == nil:
		e.problem = "a change has no field or no value"
	case isGroupField(e.Field):
		e.problem = "a change of groups has no list of groups"
	default:
		other := e
		other.Raw = bytes.Clone(content)
		p.add(other)
	}
	return e
}

func phoneNumberID(metadata []byte) (id string) {
	if isObject(metadata) {
		for key, value := range members(metadata) {
			if string(key) == "phone_number_id" {
				id = text(value)
			}
		}
	}
	return id
}
