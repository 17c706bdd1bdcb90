package webhook

import (
	"fmt"
	"strings"

	"github.com/wagroups/wagroups-go/client"
)

// Error is an error that a webhook reports. It matches the class that [client.CodeClass] returns for its code, or
// [client.ErrUnknown]. Its texts are the server's, without the ID of the event's group.
type Error struct {
	// Code is Graph's error number, or 0 if there is none.
	Code int `json:"code,omitempty"`
	// Title is the name of the error. Message is a text for developers, often the same. Details explains it.
	Title   string `json:"title,omitempty"`
	Message string `json:"message,omitempty"`
	Details string `json:"details,omitempty"`
}

func (e *Error) class() client.ErrorClass {
	if class := client.CodeClass(e.Code, 0); class != "" {
		return class
	}
	return client.ErrUnknown
}

// Error returns the class, the texts and the code, in one line.
func (e *Error) Error() string { return line("webhook", string(e.class()), e.text()) }

// Unwrap makes the error match its class.
func (e *Error) Unwrap() error { return e.class() }

func (e *Error) text() string {
	parts := []string{e.Title, e.Message, e.Details}
	if e.Title == e.Message {
		parts = parts[1:]
	}
	s := joined(parts...)
	if e.Code != 0 {
		s = strings.TrimSpace(fmt.Sprintf("%s (code %d)", s, e.Code))
	}
	return s
}

// eventError is what an event says went wrong. It matches its class alone: the first error may have another one.
type eventError struct {
	class client.ErrorClass
	event *Event
	about string
	first *Error
}

func (e *eventError) Error() string {
	reason := ""
	if e.first != nil {
		reason = e.first.text()
	}
	return line(e.event.name(), string(e.class), e.about, reason)
}

// Unwrap gives the class.
func (e *eventError) Unwrap() error { return e.class }

// As finds the first error without making the event's error match that one's class.
func (e *eventError) As(target any) bool {
	first, ok := target.(**Error)
	if ok = ok && e.first != nil; ok {
		*first = e.first
	}
	return ok
}

func line(parts ...string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, "wagroups: "+joined(parts...))
}

// joined puts colons between the texts that are there.
func joined(parts ...string) string {
	var there []string
	for _, part := range parts {
		if part != "" {
			there = append(there, part)
		}
	}
	return strings.Join(there, ": ")
}
