package client

import (
	"context"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of the arguments. The reference gives those of subject and description; the one of the group ID is ours.
const (
	maxGroupIDLen     = 256
	maxSubjectLen     = 128
	maxDescriptionLen = 2048
)

// checkGroupID admits IDs that are one path segment for every server and proxy on the way, and nothing else. The error
// does not show the ID: it encodes a phone number.
func checkGroupID(id string) error {
	if id == "" {
		return argumentError("groupID", "must not be empty")
	}
	if len(id) > maxGroupIDLen {
		return argumentError("groupID", "must have at most %d characters, has %d", maxGroupIDLen, len(id))
	}
	for i, c := range id {
		if c >= utf8.RuneSelf || !isAlphanumeric(byte(c)) && c != '_' && c != '=' && c != '-' {
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

// checkCall holds the arguments that all calls have to their rules.
func checkCall(ctx context.Context, groupID string) error {
	if ctx == nil {
		return argumentError("ctx", "must not be nil")
	}
	return checkGroupID(groupID)
}

// isNil also finds a nil pointer, map or func in an interface: it would panic in the first call.
func isNil(v any) bool {
	if v == nil {
		return true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan, reflect.Slice:
		return r.IsNil()
	}
	return false
}

// checkSecret holds a token or an app secret to what can be in one. What people add by accident is named; the secret is
// not shown.
func checkSecret(arg, secret string) error {
	const rule = "must be printable ASCII without spaces and quotes"
	switch {
	case secret == "":
		return argumentError(arg, "must not be empty")
	case strings.HasPrefix(secret, "\ufeff"):
		return argumentError(arg, rule+"; it starts with a byte order mark")
	case strings.HasSuffix(secret, "\n"):
		return argumentError(arg, rule+"; it ends with a line break")
	}
	for i := range len(secret) {
		if c := secret[i]; c <= ' ' || c > '~' || c == '"' || c == '\'' || c == '`' {
			return argumentError(arg, rule+"; character %d is not", i+1)
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
	case !isPort(u):
		return "", argumentError(arg, "must have a port of 1 to 65535, or none")
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "", argumentError(arg, "must use https: the host is not a loopback address, and the token would travel "+
			"in the clear")
	}
	for segment := range strings.SplitSeq(u.EscapedPath(), "/") {
		if segment == "." || segment == ".." || strings.ContainsAny(segment, "%;") {
			return "", argumentError(arg, "must not contain . or .. or escaped characters or semicolons in its path")
		}
		if checkVersion(strings.ToLower(segment)) == nil {
			return "", argumentError(arg, "must not contain the API version %s in its path: that is for WithAPIVersion", segment)
		}
	}
	if !strings.Contains(u.Host, "%") { // no zone of an IPv6 address, where case matters
		u.Host = strings.ToLower(u.Host) // proxy settings know localhost in lower case only
	}
	return strings.TrimRight(u.String(), "/"), nil
}

func isPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && n > 0
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Zone() == "" && addr.Unmap().IsLoopback()
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

func checkDuration(arg string, d time.Duration) error {
	if d < 0 {
		return argumentError(arg, "must not be negative")
	}
	return nil
}
