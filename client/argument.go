package client

import (
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of the arguments. The reference gives those of subject and description; the one of the group id is ours.
const (
	maxGroupIDLen     = 256
	maxSubjectLen     = 128
	maxDescriptionLen = 2048
)

// checkGroupID admits ids that are one path segment for every server and proxy on the way, and nothing else. The id is
// not repeated in the error: it encodes a phone number.
func checkGroupID(id string) error {
	if id == "" {
		return argumentError("groupID", "must not be empty")
	}
	if len(id) > maxGroupIDLen {
		return argumentError("groupID", "must have at most %d characters, has %d", maxGroupIDLen, len(id))
	}
	for i := range len(id) {
		if c := id[i]; !isAlphanumeric(c) && c != '_' && c != '=' && c != '-' {
			return argumentError("groupID", "may contain letters, digits, _, = and - only; character %d is %q", i+1, c)
		}
	}
	return nil
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

// checkText holds a text of an update to its limits in characters.
func checkText(arg, text string, minLen, maxLen int) error {
	if !utf8.ValidString(text) {
		return argumentError(arg, "must be valid UTF-8")
	}
	if n := utf8.RuneCountInString(text); n < minLen || n > maxLen {
		return argumentError(arg, "must have %d to %d characters, has %d", minLen, maxLen, n)
	}
	return nil
}

// checkToken returns a value and not the token in its error.
func checkToken(token string) error {
	if token == "" {
		return argumentError("token", "must not be empty")
	}
	for i := range len(token) {
		if c := token[i]; c <= ' ' || c > '~' {
			return argumentError("token", "must be printable ASCII without spaces; character %d is not", i+1)
		}
	}
	return nil
}

// checkVersion accepts what the document's parameter Version accepts: v, digits, a dot, digits.
func checkVersion(version string) error {
	const rule = "must look like v23.0: a v, a number, a dot and a number"
	major, minor, ok := strings.Cut(version, ".")
	if !ok || len(version) > 16 || !strings.HasPrefix(major, "v") || !isNumber(major[1:]) || !isNumber(minor) {
		return argumentError("WithAPIVersion", rule)
	}
	return nil
}

func isNumber(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// checkBaseURL lets the token travel over TLS, or in the clear within this machine, and nowhere else. It returns the
// URL without a slash at its end.
func checkBaseURL(base string) (string, error) {
	const arg = "WithBaseURL"
	u, err := url.Parse(base)
	switch {
	case err != nil:
		return "", argumentError(arg, "is not a URL")
	case u.Scheme != "https" && u.Scheme != "http":
		return "", argumentError(arg, "must start with https://, or with http:// for a loopback address")
	case u.Hostname() == "" || u.Opaque != "":
		return "", argumentError(arg, "must name a host")
	case u.User != nil:
		return "", argumentError(arg, "must not contain a user name or password")
	case u.RawQuery != "" || u.ForceQuery:
		return "", argumentError(arg, "must not contain a query")
	case u.Fragment != "" || strings.Contains(base, "#"):
		return "", argumentError(arg, "must not contain a fragment")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "", argumentError(arg, "must use https: the host is not a loopback address, and the token would travel "+
			"in the clear")
	}
	for segment := range strings.SplitSeq(u.EscapedPath(), "/") {
		if segment == "." || segment == ".." || strings.Contains(segment, "%") {
			return "", argumentError(arg, "must not contain . or .. or escaped characters in its path")
		}
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

// checkProduct holds a product to the second part of Meta's pattern for User-Agent.
func checkProduct(product string) error {
	name, version, ok := strings.Cut(product, "/")
	valid := ok && name != "" && version != ""
	for i := range len(name) {
		valid = valid && (isAlphanumeric(name[i]) || name[i] == '-' || name[i] == '_')
	}
	for i := range len(version) {
		c := version[i]
		valid = valid && ('0' <= c && c <= '9' || c == '-' || c == '.')
	}
	if !valid || len(product) > 128 {
		return argumentError("WithUserAgent", "must look like name/1.2: letters, digits, - and _, a slash, then "+
			"digits, dots and -; at most 128 characters")
	}
	return nil
}

func checkTimeout(arg string, d time.Duration) error {
	if d < 0 {
		return argumentError(arg, "must not be negative")
	}
	return nil
}
