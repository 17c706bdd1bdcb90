package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// A licence is recognised by all of its terms. The patterns are for texts in lower case, in which one space stands for
// all that is neither a letter nor a digit; names and the numbers of paragraphs may differ.
var licences = []struct {
	id      string // of SPDX
	pattern *regexp.Regexp
}{
	{"MIT", terms(mit)},
	{"BSD-3-Clause", terms(bsdStart + bsdNames + bsdEnd)},
	{"BSD-2-Clause", terms(bsdStart + bsdEnd)},
	{"ISC", terms(isc)},
	{"Apache-2.0", terms(apacheNotice)},
}

var (
	between = regexp.MustCompile(`[^a-z0-9]+`)

	// What is left of a file, once the known terms are taken out, may be titles, names and explanations. One of these
	// words may be a further condition, for a person to read.
	condition = regexp.MustCompile(`\b(?:shall|must|may not|not be|cannot|only|permi\w+|provided|prohibit\w*|` +
		`restrict\w*|condition\w*|require\w*|commercial\w*|grant\w*|gpl|general public|warrant\w*|liab\w*)\b`)
)

// and joins the names of licences that all hold.
const and = " AND "

// recognise names the licences that a text is made of, as an SPDX expression, and refuses a text with anything else.
func recognise(text string) (string, error) {
	rest := between.ReplaceAllString(strings.ToLower(text), " ")
	var found []string
	if full := apacheTerms.FindStringSubmatch(rest); full != nil {
		digest := sha256.Sum256([]byte(full[1]))
		if hex.EncodeToString(digest[:]) != apacheDigest {
			return "", errors.New("is the Apache License with changes")
		}
		found = append(found, "Apache-2.0")
		rest = strings.Replace(rest, full[0], "", 1)
	}
	for _, l := range licences {
		if l.pattern.MatchString(rest) {
			found = append(found, l.id)
			rest = l.pattern.ReplaceAllString(rest, "")
		}
	}
	if len(found) == 0 {
		return "", errors.New("is none of MIT, BSD-2-Clause, BSD-3-Clause, ISC and Apache-2.0")
	}
	if word := condition.FindString(rest); word != "" {
		return "", fmt.Errorf("holds a further condition, at the word %q", word)
	}
	slices.Sort(found)
	return strings.Join(slices.Compact(found), and), nil
}

// terms makes a pattern of a text, in which NAME stands for up to twelve words.
func terms(text string) *regexp.Regexp {
	text = strings.Join(strings.Fields(text), " ")
	return regexp.MustCompile(strings.ReplaceAll(text, "NAME ", `(?:\w+ ){1,12}`))
}

// The terms of the Apache License are too long to stand here, so their digest does.
var apacheTerms = regexp.MustCompile(`(apache license version 2 0 january 2004 .* or additional liability)` +
	`(?: end of terms and conditions)?`)

const (
	apacheDigest = "37599287c15c2f2ec060c3c3b55bdf69e3bc7a8aeeb9cd57e18800088789538a"
	apacheNotice = `licensed under the apache license version 2 0 the license you may not use this file except in
		compliance with the license you may obtain a copy of the license at https? www apache org licenses license 2 0
		unless required by applicable law or agreed to in writing software distributed under the license is distributed
		on an as is basis without warranties or conditions of any kind either express or implied see the license for
		the specific language governing permissions and limitations under the license `

	mit = `permission is hereby granted free of charge to any person obtaining a copy of this software and associated
		documentation files the software to deal in the software without restriction including without limitation the
		rights to use copy modify merge publish distribute sublicense and or sell copies of the software and to permit
		persons to whom the software is furnished to do so subject to the following conditions the above copyright
		notice and this permission notice shall be included in all copies or substantial portions of the software the
		software is provided as is without warranty of any kind express or implied including but not limited to the
		warranties of merchantability fitness for a particular purpose and noninfringement in no event shall the
		authors or copyright holders be liable for any claim damages or other liability whether in an action of
		contract tort or otherwise arising from out of or in connection with the software or the use or other dealings
		in the software `

	bsdStart = `redistribution and use in source and binary forms with or without modification are permitted provided
		that the following conditions are met (?:1 )?redistributions of source code must retain the above copyright
		notice this list of conditions and the following disclaimer (?:2 )?redistributions in binary form must
		reproduce the above copyright notice this list of conditions and the following disclaimer in the documentation
		and or other materials provided with the distribution `
	bsdNames = `(?:3 )?neither the name of NAME may be used to endorse or promote products derived from this software
		without specific prior written permission `
	bsdEnd = `this software is provided by NAME as is and any express or implied warranties including but not limited
		to the implied warranties of merchantability and fitness for a particular purpose are disclaimed in no event
		shall NAME be liable for any direct indirect incidental special exemplary or consequential damages including
		but not limited to procurement of substitute goods or services loss of use data or profits or business
		interruption however caused and on any theory of liability whether in contract strict liability or tort
		including negligence or otherwise arising in any way out of the use of this software even if advised of the
		possibility of such damage `

	isc = `permission to use copy modify and or distribute this software for any purpose with or without fee is hereby
		granted provided that the above copyright notice and this permission notice appear in all copies the software
		is provided as is and the author disclaims all warranties with regard to this software including all implied
		warranties of merchantability and fitness in no event shall the author be liable for any special direct
		indirect or consequential damages or any damages whatsoever resulting from loss of use data or profits whether
		in an action of contract negligence or other tortious action arising out of or in connection with the use or
		performance of this software `
)
