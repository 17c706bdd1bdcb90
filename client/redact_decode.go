package client

import (
	"bytes"
	"strconv"
	"strings"
)

// A view is a text as a reader decodes it.
type view struct {
	text string
	at   []int32 // where each byte begins in the source, and where the last one ends; nil for the source itself
}

func (v *view) source(i int) int {
	if v.at == nil {
		return i
	}
	return int(v.at[i])
}

// unescape decodes the escapes of URLs, JSON and HTML once. It returns an empty view if there is nothing to decode.
func (v *view) unescape() view {
	s := v.text
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '\\') < 0 && strings.IndexByte(s, '&') < 0 {
		return view{}
	}
	b, at := make([]byte, 0, len(s)), make([]int32, 0, len(s)+1)
	done := 0 // what stands before it has been decoded
	for i := range len(s) {
		b, at = append(b, s[i]), append(at, int32(v.source(i)))
		if n, c := escapeAtEnd(b[done:]); n > 0 {
			b, at = append(b[:len(b)-n], c), at[:len(at)-n+1]
			done = len(b)
		}
	}
	if done == 0 {
		return view{}
	}
	return view{string(b), append(at, int32(v.source(len(s))))}
}

// escapeAtEnd returns the length of the escape that b ends with and the character that it stands for; 0 for none.
func escapeAtEnd(b []byte) (n int, c byte) {
	last := len(b) - 1
	switch c = b[last]; {
	case last == 0:
	case c == ';' && isAlphanumeric(b[last-1]):
		start := max(0, last-maxEntity)
		at := bytes.LastIndexByte(b[start:last], '&')
		if at < 0 {
			return 0, 0
		}
		if c = entity(b[start+at+1 : last]); c != 0 {
			n = last + 1 - start - at
		}
	case c == '/' || c == '\\' || c == '"' || c == '\'':
		if b[last-1] == '\\' {
			n = 2
		}
	case hexValues[c] < 16 && hexValues[b[last-1]] < 8:
		c = hexValues[b[last-1]]<<4 | hexValues[c]
		for _, prefix := range [...]string{"%", `\u00`, `\x`, "%u00"} {
			if bytes.HasSuffix(b[:last-1], []byte(prefix)) {
				return len(prefix) + 2, c
			}
		}
	}
	return n, c
}

// entities are the names that HTML has for characters a secret can contain.
var entities = map[string]byte{
	"excl": '!', "quot": '"', "QUOT": '"', "num": '#', "dollar": '$', "percnt": '%', "amp": '&', "AMP": '&',
	"apos": '\'', "lpar": '(', "rpar": ')', "ast": '*', "midast": '*', "plus": '+', "comma": ',', "period": '.',
	"sol": '/', "colon": ':', "semi": ';', "lt": '<', "LT": '<', "equals": '=', "gt": '>', "GT": '>', "quest": '?',
	"commat": '@', "lsqb": '[', "lbrack": '[', "bsol": '\\', "rsqb": ']', "rbrack": ']', "Hat": '^', "lowbar": '_',
	"UnderBar": '_', "grave": '`', "DiacriticalGrave": '`', "lcub": '{', "lbrace": '{', "verbar": '|', "vert": '|',
	"VerticalLine": '|', "rcub": '}', "rbrace": '}',
}

// maxEntity is the length of the longest name, without & and semicolon.
const maxEntity = len("DiacriticalGrave") + 1

// entity returns the character of an HTML escape, without & and semicolon; 0 for none.
func entity(name []byte) byte {
	if len(name) < 2 || name[0] != '#' {
		return entities[string(name)]
	}
	digits, base := name[1:], 10
	if digits[0]|0x20 == 'x' {
		digits, base = digits[1:], 16
	}
	if n, err := strconv.ParseUint(string(digits), base, 7); err == nil {
		return byte(n)
	}
	return 0
}

// hexValues and base64Values are the values of digits; 255 for other characters. The two alphabets of base64 are one.
var (
	hexValues    = digitValues("0123456789abcdef", "0123456789ABCDEF")
	base64Values = digitValues("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
)

func digitValues(alphabets ...string) (values [256]byte) {
	for i := range values {
		values[i] = 255
	}
	for _, alphabet := range alphabets {
		for i := range len(alphabet) {
			values[alphabet[i]] = byte(i)
		}
	}
	return values
}

// digits decodes the digits from start to end, of a number of bits each.
func (v *view) digits(start, end, bits int, values *[256]byte) view {
	size := (end - start) * bits / 8
	b, at := make([]byte, 0, size), make([]int32, 0, size+1)
	acc, n, first := 0, 0, start
	for i := start; i < end; i++ {
		if n == 0 {
			first = i
		}
		acc, n = acc<<bits|int(values[v.text[i]]), n+bits
		if n >= 8 {
			n -= 8
			b, at = append(b, byte(acc>>n)), append(at, int32(v.source(first)))
			acc, first = acc&(1<<n-1), i
		}
	}
	return view{string(b), append(at, int32(v.source(end)))}
}
