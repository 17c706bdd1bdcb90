package webhook

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode/utf8"
)

// The functions of this file walk over JSON that is known to be valid, without white space around it. They copy and
// allocate nothing for what they pass over: a decoder needs many times the memory of a body that is made for it.

// elements gives the elements of a list, each with its place.
func elements(list []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		for i := skipSpace(list, 1); list[i] != ']'; i = next(list, i) {
			end := valueEnd(list, i)
			if !yield(i, list[i:end]) {
				return
			}
			i = end
		}
	}
}

// members gives the members of an object: the key as a text, and the value.
func members(object []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		for i := skipSpace(object, 1); object[i] != '}'; i = next(object, i) {
			end := stringEnd(object, i)
			key := object[i+1 : end-1]
			if bytes.IndexByte(key, '\\') >= 0 {
				key = []byte(text(object[i:end]))
			}
			i = skipSpace(object, end) + len(":")
			i = skipSpace(object, i)
			end = valueEnd(object, i)
			if !yield(key, object[i:end]) {
				return
			}
			i = end
		}
	}
}

// next returns the place after the comma that follows a value, or that of the closing bracket.
func next(b []byte, i int) int {
	if i = skipSpace(b, i); b[i] == ',' {
		i = skipSpace(b, i+1)
	}
	return i
}

func skipSpace(b []byte, i int) int {
	for b[i] == ' ' || b[i] == '\n' || b[i] == '\r' || b[i] == '\t' {
		i++
	}
	return i
}

// stringEnd returns the place after the text that starts at i.
func stringEnd(b []byte, i int) int {
	for i++; b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return i + 1
}

// valueEnd returns the place after the value that starts at i.
func valueEnd(b []byte, i int) int {
	depth := 0
	for ; i < len(b); i++ {
		switch b[i] {
		case '"':
			if i = stringEnd(b, i); depth == 0 {
				return i
			}
			i--
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
			if depth == 0 {
				return i + 1
			}
		case ',', ' ', '\n', '\r', '\t':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

func isObject(value []byte) bool { return len(value) > 0 && value[0] == '{' }
func isList(value []byte) bool   { return len(value) > 0 && value[0] == '[' }

// text returns a text, or a number as it is written; anything else is empty.
func text(value []byte) string {
	if len(value) == 0 {
		return ""
	}
	switch c := value[0]; {
	case c == '"':
		if plain := value[1 : len(value)-1]; utf8.Valid(plain) && bytes.IndexByte(plain, '\\') < 0 {
			return string(plain)
		}
		var s string
		_ = json.Unmarshal(value, &s)
		return s
	case c == '-' || '0' <= c && c <= '9':
		return string(value)
	}
	return ""
}
