package clienttest

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

var (
	percents   = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	inJSON     = regexp.MustCompile(`\\(u[0-9A-Fa-f]{4}|["\\/])`)
	base64Runs = regexp.MustCompile(`[0-9A-Za-z+/_-]{11,}`)
	hexRuns    = regexp.MustCompile(`[0-9A-Fa-f]{16,}`)
)

// Decodings returns a text and what a reader can make of it with the standard library: the escapes of URLs, JSON and
// HTML, up to three times, and then base64 and hex, from any digit on.
func Decodings(text string) []string {
	all := []string{text}
	for range 3 {
		plain := percents.ReplaceAllStringFunc(text, func(s string) string {
			s, _ = url.PathUnescape(s)
			return s
		})
		plain = inJSON.ReplaceAllStringFunc(html.UnescapeString(plain), func(s string) string {
			_ = json.Unmarshal([]byte(`"`+s+`"`), &s)
			return s
		})
		if plain == text {
			break
		}
		text = plain
		all = append(all, text)
	}
	for _, text := range slices.Clip(all) {
		for _, digits := range base64Runs.FindAllString(text, -1) {
			digits = strings.NewReplacer("-", "+", "_", "/").Replace(digits)
			for from := range 4 {
				whole := digits[from : len(digits)-(len(digits)-from)%4]
				decoded, _ := base64.StdEncoding.DecodeString(whole)
				rest, _ := base64.RawStdEncoding.DecodeString(digits[from+len(whole):])
				all = append(all, string(decoded)+string(rest))
			}
		}
		for _, digits := range hexRuns.FindAllString(text, -1) {
			for from := range 2 {
				decoded, _ := hex.DecodeString(digits[from:]) // what comes before an odd digit
				all = append(all, string(decoded))
			}
		}
	}
	return all
}
