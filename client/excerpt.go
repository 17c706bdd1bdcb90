package client

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxExcerpt is how many characters of a response that is not Graph's an error shows.
const maxExcerpt = 120

// describeForeign says what a response is that holds no error of Graph: a gateway, proxy or captive portal sent it. The
// body has to be without secrets: what is left of one that is cut at the end would not be recognized.
func describeForeign(body []byte, contentType string) string {
	text := bytes.TrimSpace(body[:min(len(body), maxErrorBytes)])
	if len(text) == 0 {
		return "the server gave no reason"
	}
	isJSON := text[0] == '{' || text[0] == '['
	excerpt := excerptOf(text, contentType)
	if isJSON && excerpt == "" {
		return "the server gave no reason"
	}
	s := "the response is not Graph's"
	if kind, _, _ := strings.Cut(contentType, ";"); kind != "" {
		s += " (" + strings.TrimSpace(kind) + ")"
	}
	if excerpt != "" {
		s += ": " + strconv.Quote(excerpt)
	}
	return s
}

// excerptOf returns the beginning of a text, the title of a page or else its visible beginning, or the message in a
// gateway's JSON, in one line; nothing of what is no text.
func excerptOf(body []byte, contentType string) string {
	switch {
	case bytes.IndexByte(body, 0) >= 0:
		return ""
	case body[0] == '{' || body[0] == '[':
		return oneLineOf(messageOf(body))
	case body[0] == '<' || strings.Contains(contentType, "html"):
		return oneLineOf(visibleIn(string(body)))
	}
	return oneLineOf(string(body))
}

func messageOf(body []byte) string {
	var in struct {
		DeveloperMessage literal `json:"developerMessage"`
		Message          literal `json:"message"`
		Title            literal `json:"title"`
		Detail           literal `json:"detail"`
	}
	_ = json.Unmarshal(closed(body), &in)
	for _, l := range []literal{in.DeveloperMessage, in.Message, in.Detail, in.Title} {
		if text, _ := l.text(); text != "" {
			return text
		}
	}
	return ""
}

// visibleIn returns the title of a page, or what a browser would show of it: no tags, scripts, styles or comments.
func visibleIn(page string) string {
	if after, ok := afterFold(page, "<title"); ok {
		_, after, _ = strings.Cut(after, ">")
		if title, _, _ := strings.Cut(after, "<"); strings.TrimSpace(title) != "" {
			return unescapeHTML.Replace(title)
		}
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(page, "<")
		b.WriteString(before + " ")
		if !found {
			break
		}
		end := ">"
		for start, until := range hiddenParts {
			if strings.EqualFold(after[:min(len(after), len(start))], start) {
				end = until
			}
		}
		page, _ = afterFold(after, end)
		if end != ">" && end != "-->" {
			_, page, _ = strings.Cut(page, ">")
		}
	}
	return unescapeHTML.Replace(b.String())
}

var hiddenParts = map[string]string{"script": "</script", "style": "</style", "!--": "-->"}

var unescapeHTML = strings.NewReplacer(
	"&nbsp;", " ", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&#39;", "'", "&amp;", "&")

// afterFold returns what follows a separator in ASCII, in whatever case it is written.
func afterFold(s, separator string) (after string, found bool) {
	for i := range len(s) - len(separator) + 1 {
		if strings.EqualFold(s[i:i+len(separator)], separator) {
			return s[i+len(separator):], true
		}
	}
	return "", false
}

// oneLineOf collapses white space, leaves out what is not printable and ends after maxExcerpt characters.
func oneLineOf(text string) string {
	words := strings.Fields(strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text))
	line := []rune(strings.Join(words, " "))
	if len(line) > maxExcerpt {
		line = append(line[:maxExcerpt-1], '…')
	}
	return string(line)
}
