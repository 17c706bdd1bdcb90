package client_test

import (
	"strings"
	"testing"
)

// A small package in which everything is wrong that can be.
func TestDocumentationReports(t *testing.T) {
	known := newImporter(t)
	p := loadDocumented(t, known, "example.com/small", map[string]string{
		"small.go": `// Package small links to [Nothing] and to [Kind].
//
//	small.Good(1)
//	small.Better(1)
` + strings.Repeat("//\n// A line.\n", 30) + `package small

// Good is good.
func Good(int) {}

// Other names are in no comment.
func Bad() {}

func Unsaid() {}

// Kind of thing.
type Kind struct {
	Inner
	// Shown is set in an example.
	Shown int
	Hidden int
}

// Inner is embedded, [Kind.Shown] exists and [Kind.None] does not.
type Inner struct {
	// Deep is reached through Kind.
	Deep int
}

// String is implicit.
func (Kind) String() string { return "" }

// Method is not.
func (*Kind) Method() {}

// Doer is implemented by an example's type.
type Doer interface{ Do() }

// Alone is not implemented.
type Alone interface{ Stay() }

// ErrGood is compared.
var ErrGood = errors.New("good")

// ErrBad is thrown away, and so are the next two.
var ErrBad = errors.New("bad")

// ErrWorse is thrown away in company.
var ErrWorse = errors.New("worse")

// ErrWorst is thrown away in a declaration.
var ErrWorst = errors.New("worst")

// The group's comment is enough.
const (
	One = 1
	Two = 2
)

type private struct{ Field int }

func (private) Method() {}
`,
		"example_test.go": `package small_test

import ("errors"; "fmt"; "example.com/small")

type doer struct{}

func (doer) Do() {}

func ExampleGood() {
	small.Good(1, 2)
	k := small.Kind{Shown: small.One}
	fmt.Println(k.Deep)
	if e, ok := errors.AsType[*small.Kind](nil); ok && errors.Is(nil, small.ErrGood) {
		e.Method()
	}
	_ = small.ErrBad
	_, _ = small.ErrWorse, small.Two
	var _ = small.ErrWorst
	// Output: 0
}

func ExampleBad() {
	small.Bad()
	fmt.Println("not run")
}

func ExampleGone() {
	// Output:
}
`,
	})
	wantProblems(t, documentationProblems(p),
		`the comment of Bad begins with "Other"`,
		"Bad is in no example",
		"Unsaid has no comment",
		"Unsaid is in no example",
		"Kind.Hidden has no comment",
		"Kind.Hidden is in no example",
		"Alone is in no example",
		"Alone.Stay is in no example",
		"ErrBad is in no example",
		"ErrWorse is in no example",
		"ErrWorst is in no example",
		"Two is in no example",
		"ExampleBad has no output, so it is not run",
		"ExampleGone belongs to no exported name",
		"the page of an example does not show its type doer: give the example a file of its own",
		"[Kind.None] leads nowhere",
		"[Nothing] leads nowhere",
		"the package's comment has 64 lines, at most 50 are wanted",
		`no example has the line "small.Better(1)" of the package's comment`,
	)
}
