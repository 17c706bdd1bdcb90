package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const (
	mitText = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`
	bsdText = `Redistribution and use in source and binary forms, with or without modification, are permitted provided that
the following conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following
   disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
   disclaimer in the documentation and/or other materials provided with the distribution.
CLAUSE
THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES,
INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE
DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL,
SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR
SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF
THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
`
	bsdClause = `3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or
   promote products derived from this software without specific prior written permission.
`
	iscText = `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is
hereby granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.
`
	gplText = `GNU GENERAL PUBLIC LICENSE
Version 3, 29 June 2007

Everyone is permitted to copy and distribute verbatim copies of this license document, but changing it is not allowed.
`
	// The condition that makes a source-available licence of a free one.
	clauseText = `The Software is provided to you under the License, as defined below, subject to the following condition.
Without limiting other conditions in the License, the grant of rights under the License will not include, and the
License does not grant to you, the right to Sell the Software.
`
)

// apacheText is that of a module which this one links.
func apacheText(t *testing.T) string {
	t.Helper()
	dir, err := goCommand(t.Context(), ".", "/", "list", "-m", "-f", "{{.Dir}}", "github.com/oapi-codegen/runtime")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir[0], "LICENSE"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRecognise(t *testing.T) {
	own, err := os.ReadFile("../../../LICENSE")
	if err != nil {
		t.Fatal(err)
	}
	apache := apacheText(t)
	short, _, _ := strings.Cut(apache, "END OF TERMS")
	bsd2, bsd3 := strings.Replace(bsdText, "CLAUSE\n", "", 1), strings.Replace(bsdText, "CLAUSE\n", bsdClause, 1)
	for _, tt := range []struct{ name, text, want string }{
		{"our own", string(own), "MIT"},
		{"MIT", "Copyright (c) 2026 Somebody\n\n" + mitText, "MIT"},
		{"BSD with three clauses", "All rights reserved.\n" + bsd3, "BSD-3-Clause"},
		{"BSD with two clauses", bsd2, "BSD-2-Clause"},
		{"ISC", "ISC License\n\n" + iscText, "ISC"},
		{"Apache", apache, "Apache-2.0"},
		{"Apache without the appendix", short, "Apache-2.0"},
		{"two in one file", "Some files are under:\n" + mitText + "The others are under:\n" + bsd2, "BSD-2-Clause AND MIT"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := recognise(tt.text); err != nil || got != tt.want {
				t.Errorf("got %q, %v, want %s", got, err, tt.want)
			}
		})
	}
}

func TestRecogniseRefuses(t *testing.T) {
	const unknown = "is none of MIT, BSD-2-Clause, BSD-3-Clause, ISC and Apache-2.0"
	apache := apacheText(t)
	for _, tt := range []struct{ name, text, want string }{
		{"nothing", "", unknown},
		{"a word only", "MIT License\n", unknown},
		{"GPL", gplText, unknown},
		{"no licence", "All rights reserved. You may not copy this.", unknown},
		{"MIT without the right to sell", strings.Replace(mitText, ", and/or sell copies", "", 1), unknown},
		{"MIT or GPL", mitText + gplText, `holds a further condition, at the word "general public"`},
		{"MIT with a clause", clauseText + mitText, `holds a further condition, at the word "provided"`},
		{"MIT for good", mitText + "The Software shall be used for Good, not Evil.", `holds a further condition, at the word "shall"`},
		{"BSD with four clauses", strings.Replace(bsdText, "CLAUSE\n", "3. All advertising materials must display this.\n"+
			bsdClause, 1), unknown},
		{"Apache with changes", strings.Replace(apache, "no-charge, royalty-free", "revocable", 1),
			"is the Apache License with changes"},
		{"Apache with a clause", apache + clauseText, `holds a further condition, at the word "provided"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got, err := recognise(tt.text); err == nil || err.Error() != tt.want {
				t.Errorf("got %q, %v, want %s", got, err, tt.want)
			}
		})
	}
}
