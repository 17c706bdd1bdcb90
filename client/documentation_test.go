package client_test

import (
	"fmt"
	"go/doc/comment"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The gates of the documentation: every exported name has a comment and stands in an example that is run, every link
// leads somewhere, and the comment of a package fits a terminal and shows no line that no example has.

// maxOverview is the height of a terminal.
const maxOverview = 50

// documentationProblems says what is missing or wrong in the documentation of a package. A line of code in its comment
// may stand in an example of another package.
func documentationProblems(p *documented, others ...*documented) []string {
	var problems []string
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }

	names := p.names()
	inExample := p.inExample()
	for _, n := range names {
		words := strings.Fields(n.doc)
		if len(words) == 0 && n.needed {
			report("%s has no comment", n)
		} else if n.isFunc && words[0] != n.name {
			report("the comment of %s begins with %q", n, words[0])
		}
		if !inExample(n) {
			report("%s is in no example", n)
		}
	}
	attached, run := p.attached(), p.run()
	for _, e := range p.examples {
		if !slices.Contains(run, e) {
			report("Example%s has no output, so it is not run", e.Name)
		}
		if !slices.Contains(attached, e.Name) {
			report("Example%s belongs to no exported name", e.Name)
		}
	}
	for _, name := range p.hiddenTypes() {
		report("the page of an example does not show its type %s: give the example a file of its own", name)
	}
	for _, link := range p.brokenLinks(names) {
		report("%s leads nowhere", link)
	}
	overview := p.doc.Parser().Parse(p.doc.Doc)
	if n := strings.Count(string(p.doc.Printer().Text(overview)), "\n"); n > maxOverview {
		report("the package's comment has %d lines, at most %d are wanted", n, maxOverview)
	}
	for _, line := range linesNotIn(overview, append(others, p)) {
		report("no example has the line %q of the package's comment", line)
	}
	return problems
}

// bracketed is what looks like a link to an exported name in a text from which the links have been taken.
var bracketed = regexp.MustCompile(`\[\*?(\w+\.)*[A-Z]\w*\]`)

// brokenLinks lists the links in comments that lead nowhere. A link into another package is taken for good if a file
// imports it.
func (p *documented) brokenLinks(names []exportedName) []string {
	texts := []string{p.doc.Doc}
	for _, n := range names {
		texts = append(texts, n.doc)
	}
	var broken []string
	for _, text := range texts {
		for _, block := range p.doc.Parser().Parse(text).Content {
			broken = append(broken, bracketed.FindAllString(plain(block), -1)...)
		}
	}
	slices.Sort(broken)
	return slices.Compact(broken)
}

// plain returns the text of a block, without links and code.
func plain(block comment.Block) string {
	var b strings.Builder
	write := func(texts []comment.Text) {
		for _, text := range texts {
			if t, ok := text.(comment.Plain); ok {
				b.WriteString(string(t))
			}
		}
	}
	switch block := block.(type) {
	case *comment.Paragraph:
		write(block.Text)
	case *comment.Heading:
		write(block.Text)
	case *comment.List:
		for _, item := range block.Items {
			for _, inner := range item.Content {
				b.WriteString(plain(inner))
			}
		}
	}
	return b.String()
}

// linesNotIn lists the lines of code in a comment with which no line of an example begins. A call in an example may
// have more arguments, for the fake.
func linesNotIn(overview *comment.Doc, packages []*documented) []string {
	var lines, missing []string
	for _, p := range packages {
		for _, e := range p.examples {
			at, end := p.fset.Position(e.Code.Pos()), p.fset.Position(e.Code.End())
			for line := range strings.Lines(p.sources[at.Filename][at.Offset:end.Offset]) {
				lines = append(lines, strings.TrimSpace(line))
			}
		}
	}
	for _, block := range overview.Content {
		code, ok := block.(*comment.Code)
		if !ok {
			continue
		}
		for line := range strings.Lines(code.Text) {
			line = strings.TrimSpace(line)
			if !slices.ContainsFunc(lines, func(s string) bool { return strings.HasPrefix(s, strings.TrimRight(line, ")")) }) {
				missing = append(missing, line)
			}
		}
	}
	return missing
}

// sourcesIn reads a package and its examples.
func sourcesIn(t *testing.T, folder string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{}
	for _, name := range names {
		base := filepath.Base(name)
		if strings.HasSuffix(base, "_test.go") && !strings.HasPrefix(base, "example") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sources[base] = string(text)
	}
	return sources
}

func TestDocumentation(t *testing.T) {
	known := newImporter(t)
	api := loadDocumented(t, known, module+"/client", sourcesIn(t, "."))
	fake := loadDocumented(t, known, module+"/client/fakegraph", sourcesIn(t, "fakegraph"))
	wantProblems(t, documentationProblems(api, fake))
	wantProblems(t, documentationProblems(fake, api))
}
