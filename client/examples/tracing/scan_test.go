package main

import (
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/instrumentation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

// forms are the ways in which a secret may be written.
var forms = map[string]func(string) string{
	"plain":          func(s string) string { return s },
	"in a query":     url.QueryEscape,
	"in a path":      url.PathEscape,
	"base64":         func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
	"base64 of URLs": func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
}

// leaks scans every text of every span for secrets, which are given with their names.
func leaks(spans []tracetest.SpanStub, secrets map[string]string) (found []string) {
	for _, span := range spans {
		for _, at := range textsOf(span) {
			for _, name := range leaksIn(at.text, secrets) {
				found = append(found, name+" in "+at.place)
			}
		}
	}
	return found
}

func leaksIn(text string, secrets map[string]string) (names []string) {
	for secret, name := range secrets {
		for _, form := range forms {
			if strings.Contains(text, form(secret)) {
				names = append(names, name)
				break
			}
		}
	}
	return names
}

type placed struct{ place, text string }

// textsOf lists the names, attributes and other texts that an exporter gets.
func textsOf(span tracetest.SpanStub) []placed {
	scope := span.InstrumentationScope
	texts := []placed{
		{"the name", span.Name}, {"the status", span.Status.Description},
		{"the trace state", span.SpanContext.TraceState().String()},
		{"the scope", scope.Name + " " + scope.Version + " " + scope.SchemaURL},
	}
	add := func(attributes []attribute.KeyValue) {
		for _, a := range attributes {
			texts = append(texts, placed{"a key", string(a.Key)}, placed{string(a.Key), a.Value.String()})
		}
	}
	add(span.Attributes)
	add(span.Resource.Attributes())
	add(scope.Attributes.ToSlice())
	for _, event := range span.Events {
		texts = append(texts, placed{"an event's name", event.Name})
		add(event.Attributes)
	}
	for _, link := range span.Links {
		add(link.Attributes)
	}
	return texts
}

func TestTheScanLooksEverywhere(t *testing.T) {
	for name, form := range forms {
		text := "before " + form(token) + " after"
		list := []attribute.KeyValue{attribute.StringSlice("key", []string{"first", text})}
		for place, span := range map[string]tracetest.SpanStub{
			"name":               {Name: text},
			"attribute":          {Attributes: list},
			"key":                {Attributes: []attribute.KeyValue{attribute.Int(text, 1)}},
			"status":             {Status: sdktrace.Status{Description: text}},
			"event":              {Events: []sdktrace.Event{{Name: text}}},
			"attribute of event": {Events: []sdktrace.Event{{Attributes: list}}},
			"attribute of link":  {Links: []sdktrace.Link{{Attributes: list}}},
			"resource":           {Resource: resource.NewSchemaless(list...)},
			"scope":              {InstrumentationScope: instrumentation.Scope{Name: text}},
			"attribute of scope": {InstrumentationScope: instrumentation.Scope{Attributes: attribute.NewSet(list...)}},
		} {
			if len(leaks([]tracetest.SpanStub{span}, map[string]string{token: "the token"})) == 0 {
				t.Errorf("not found: %s, %s", place, name)
			}
		}
	}
	if found := leaks([]tracetest.SpanStub{{Name: "GetGroup"}}, map[string]string{token: "the token"}); found != nil {
		t.Errorf("found where there is none: %v", found)
	}
}
