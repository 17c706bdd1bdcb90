package fakegraph

import (
	"encoding/hex"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

const (
	redacted = "[redacted]"
	// shortestSecret spares words of ordinary texts: tests use tokens such as "x".
	shortestSecret = 8
	// mostSecrets of one request are looked for, because each takes a search. Of a request with more nothing is shown.
	mostSecrets = 16
)

var (
	// metaToken is what an access token of Meta looks like, wherever a request has it.
	metaToken = regexp.MustCompile(`EAA[A-Za-z0-9]{17,}`)
	// plainMethod is a method that cannot be a token.
	plainMethod = regexp.MustCompile(`^[A-Z-]{1,20}$`)
	// secretNames end the names of parameters, fields of a header and keys whose values are secrets.
	secretNames = []string{"token", "secret", "proof", "authorization", "password", "cookie"}
	// namedSecret is the value behind such a name in a form or in JSON: a string, or else a list, an object or a word.
	namedSecret = func() *regexp.Regexp {
		name := `(?:` + strings.Join(secretNames, "|") + `)\\*"?\s*[:=]\s*`
		return regexp.MustCompile(`(?i)(` + name + `")(?:[^"\\]|\\.)*|(` + name + `(?:\\+")?)` +
			`(?:\[[^\]]*\]?|\{[^}]*\}?|(?:(?:bearer|basic|oauth)\s+)?[^&\s"\\]+)`)
	}()
)

func isSecretName(name string) bool {
	for _, end := range secretNames {
		if n := len(name) - len(end); n >= 0 && strings.EqualFold(name[n:], end) {
			return true
		}
	}
	return false
}

// secrets removes tokens, proofs and app secrets from what a request says.
type secrets struct {
	own        []string // of the request
	configured *strings.Replacer
}

// secretsOf finds the secrets of a request, those of a repeated Authorization header included.
func (s *Server) secretsOf(r *http.Request, query url.Values) secrets {
	found := secrets{configured: s.config.redactor()}
	add := func(text string) {
		if len(text) >= shortestSecret {
			found.own = append(found.own, text)
		}
	}
	isSeparator := func(r rune) bool { return strings.ContainsRune(" \t\"',;", r) }
	for _, key := range []string{"Authorization", "Proxy-Authorization"} {
		for _, value := range r.Header.Values(key) {
			_, credentials, ok := strings.Cut(value, " ")
			if !ok {
				credentials = value
			}
			add(strings.TrimSpace(credentials))
			if strings.ContainsAny(value, "\t\"',;") || strings.Contains(credentials, " ") {
				for _, part := range strings.FieldsFunc(value, isSeparator) {
					add(part)
				}
			}
		}
	}
	for key, values := range query {
		if isSecretName(key) {
			for _, value := range values {
				add(value)
			}
		}
	}
	return found
}

// scrub looks for secrets in any case, because names of header fields change theirs, and below any number of
// percent-encodings and escapes of JSON.
func (x secrets) scrub(text string) string {
	if len(x.own) > mostSecrets {
		return redacted
	}
	text = x.clean(text)
	if !strings.ContainsAny(text, `%\`) {
		return text
	}
	plain := unescape(text)
	if clean := x.clean(plain); clean != plain {
		return clean
	}
	return text
}

// clean is scrub for texts without escapes. Every request comes here, so what is rare costs little.
func (x secrets) clean(text string) string {
	if strings.Contains(text, "EAA") {
		text = metaToken.ReplaceAllString(text, redacted)
	}
	if x.configured != nil {
		text = x.configured.Replace(text)
	}
	for _, secret := range x.own {
		text = replaceFold(text, secret)
	}
	if strings.ContainsAny(text, ":=") {
		lower := strings.ToLower(text) // 1 MiB takes the expression 50 ms
		for _, name := range secretNames {
			if strings.Contains(lower, name) {
				return namedSecret.ReplaceAllString(text, "${1}${2}"+redacted)
			}
		}
	}
	return text
}

// replaceFold removes an ASCII text in upper or lower case.
func replaceFold(text, secret string) string {
	var out strings.Builder
	done := 0
	for i := 0; i+len(secret) <= len(text); i++ {
		if end := i + len(secret); strings.EqualFold(text[i:end], secret) {
			out.WriteString(text[done:i] + redacted)
			done, i = end, end-1
		}
	}
	if done == 0 {
		return text
	}
	return out.String() + text[done:]
}

// unescape takes percent-encodings and escapes of JSON away, those in others included, in one pass: a text may nest
// them 100,000 times.
func unescape(text string) string {
	out := make([]byte, 0, len(text))
	for i := range len(text) {
		out = append(out, text[i])
		for {
			b, length := escapeAtEnd(out)
			if length == 0 {
				break
			}
			out = append(out[:len(out)-length], b)
		}
	}
	return string(out)
}

func escapeAtEnd(text []byte) (b byte, length int) {
	n := len(text)
	var decoded [1]byte
	switch {
	case n >= 2 && text[n-2] == '\\' && strings.IndexByte(`\/"`, text[n-1]) >= 0:
		return text[n-1], 2
	case n >= 3 && text[n-3] == '%':
		length = 3
	case n >= 6 && strings.EqualFold(string(text[n-6:n-2]), `\u00`):
		length = 6
	default:
		return 0, 0
	}
	if _, err := hex.Decode(decoded[:], text[n-2:]); err != nil {
		return 0, 0
	}
	return decoded[0], length
}

func (x secrets) scrubMethod(method string) string {
	if !plainMethod.MatchString(method) {
		return redacted
	}
	return x.scrub(method)
}

func (x secrets) scrubValues(from map[string][]string) map[string][]string {
	to := make(map[string][]string, len(from))
	for key, values := range from {
		secret := isSecretName(key)
		key = x.scrub(key)
		for _, value := range values {
			if secret {
				value = redacted
			}
			to[key] = append(to[key], x.scrub(value))
		}
	}
	return to
}
