package control

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// readJSON is read for JSON. It looks at the tokens alone, because a text of many small values takes fifty times its
// size in memory, and because of two equal keys encoding/json drops one.
func readJSON(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, bool) {
	body, ok := read(w, r, mediaJSON, limit)
	if !ok {
		return nil, false
	}
	if err := checkTokens(json.NewDecoder(bytes.NewReader(body))); err != nil {
		refuseError(w, "", err)
		return nil, false
	}
	return body, true
}

func checkTokens(dec *json.Decoder) error {
	dec.UseNumber() // whatever its size
	type level struct {
		keys  map[string]bool // nil in a list
		value bool            // the next token is the value of a key
	}
	open := []level{{}}
	for range mostTokens {
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return errors.New("body: not valid JSON")
		}
		in := &open[len(open)-1]
		if key, ok := token.(string); ok && in.keys != nil && !in.value {
			if in.keys[key] {
				return fmt.Errorf("%s: is there twice", key)
			}
			in.keys[key], in.value = true, true
			continue
		}
		in.value = false
		switch token {
		case json.Delim('{'):
			open = append(open, level{keys: map[string]bool{}})
		case json.Delim('['):
			open = append(open, level{})
		case json.Delim('}'), json.Delim(']'):
			open = open[:len(open)-1]
		}
	}
	return fmt.Errorf("body: at most %d keys and values are allowed", mostTokens)
}

// decode checks a JSON text against a schema of the document. Its errors have the form "field: rule".
func (a *api) decode(text []byte, schema string, target any) error {
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		return errors.New("body: not valid JSON")
	}
	if err := a.schemas[schema].Value.VisitJSON(value, openapi3.VisitAsRequest()); err != nil {
		broken, ok := errors.AsType[*openapi3.SchemaError](err)
		if !ok {
			return errors.New("body: " + err.Error())
		}
		path := broken.JSONPointer()
		rule, _, _ := strings.Cut(broken.Reason, " (string doesn't match pattern")
		if name := ""; broken.SchemaField == "properties" {
			if _, err := fmt.Sscanf(rule, "property %q is unsupported", &name); err == nil {
				path, rule = append(path, name), "there is no such key"
			}
		}
		return fmt.Errorf("%s: %s", cmp.Or(strings.Join(path, "."), "body"), rule)
	}
	err := json.Unmarshal(text, target)
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("%s: %s is out of range, or has a point or an exponent", mismatch.Field, mismatch.Value)
	}
	if err != nil {
		return errors.New("body: " + err.Error())
	}
	return nil
}
