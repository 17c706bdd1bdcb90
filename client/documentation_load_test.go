package client_test

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// documented is a package as a reader of its documentation finds it. Of the tests only those files count that are there
// for the examples.
type documented struct {
	fset     *token.FileSet
	files    []*ast.File
	tests    []*ast.File
	sources  map[string]string
	types    *types.Package
	info     *types.Info
	doc      *doc.Package
	examples []*doc.Example
}

// importer knows packages by their paths, and takes any other for an empty one: to load net/http alone takes seconds.
// What an example does to a value that came out of an unknown package is therefore not seen, and shows nothing.
type importer map[string]*types.Package

func (m importer) Import(name string) (*types.Package, error) {
	if m[name] == nil {
		m[name] = types.NewPackage(name, path.Base(name))
		m[name].MarkComplete()
	}
	return m[name], nil
}

// newImporter knows what examples need of package errors: most of them get an *Error by AsType.
func newImporter(t *testing.T) importer {
	t.Helper()
	m := importer{}
	loadDocumented(t, m, "errors", map[string]string{"errors.go": "package errors\n" +
		"func AsType[E error](err error) (e E, ok bool)\nfunc Is(err, target error) bool\nfunc New(string) error\n"})
	return m
}

// loadDocumented parses a package and its examples, and resolves their names as far as the importer goes. The importer
// knows the package from then on.
func loadDocumented(t *testing.T, known importer, importPath string, sources map[string]string) *documented {
	t.Helper()
	p := &documented{fset: token.NewFileSet(), sources: sources, info: &types.Info{
		Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		Selections: map[*ast.SelectorExpr]*types.Selection{},
	}}
	for _, name := range slices.Sorted(maps.Keys(sources)) {
		f, err := parser.ParseFile(p.fset, name, sources[name], parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			p.tests = append(p.tests, f)
		} else {
			p.files = append(p.files, f)
		}
	}
	// What the importer does not know is an error here and no concern of the gates: the compiler has seen it all.
	check := types.Config{Importer: known, Error: func(error) {}, IgnoreFuncBodies: true}
	p.types, _ = check.Check(importPath, p.fset, p.files, p.info)
	known[importPath] = p.types
	check.IgnoreFuncBodies = false
	_, _ = check.Check(importPath+"_test", p.fset, p.tests, p.info)

	var err error
	p.doc, err = doc.NewFromFiles(p.fset, slices.Concat(p.files, p.tests), importPath, doc.PreserveAST)
	if err != nil {
		t.Fatal(err)
	}
	p.examples = doc.Examples(p.tests...)
	return p
}

// exportedName is something that a user of the package can write.
type exportedName struct {
	owner  string // the type of a method or field, with a dot
	name   string
	object types.Object
	doc    string
	isFunc bool
	needed bool // a comment of its own
}

func (n exportedName) String() string { return n.owner + n.name }

// names lists the exported names: package level, methods, fields and the methods of interfaces.
func (p *documented) names() []exportedName {
	var all []exportedName
	add := func(owner string, id *ast.Ident, isFunc, needed bool, comments ...*ast.CommentGroup) {
		if !id.IsExported() {
			return
		}
		n := exportedName{owner: owner, name: id.Name, object: p.info.Defs[id], isFunc: isFunc, needed: needed}
		for _, c := range comments {
			n.doc += c.Text()
		}
		all = append(all, n)
	}
	for _, f := range p.files {
		for _, decl := range f.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				receiver := receiverOf(d)
				if receiver == "" {
					add("", d.Name, true, true, d.Doc)
				} else if ast.IsExported(receiver) {
					add(receiver+".", d.Name, true, true, d.Doc)
				}
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					switch s := spec.(type) {
					case *ast.ValueSpec:
						for _, id := range s.Names {
							add("", id, false, true, d.Doc, s.Doc, s.Comment)
						}
					case *ast.TypeSpec:
						add("", s.Name, false, true, d.Doc, s.Doc)
						if s.Name.IsExported() {
							eachMember(s, func(id *ast.Ident, needed bool, comments ...*ast.CommentGroup) {
								add(s.Name.Name+".", id, false, needed, comments...)
							})
						}
					}
				}
			}
		}
	}
	return all
}

// eachMember passes the fields of a struct or the methods of an interface to f. A method is described where its
// interface is, an embedded field where its type is.
func eachMember(s *ast.TypeSpec, f func(id *ast.Ident, needed bool, comments ...*ast.CommentGroup)) {
	switch t := s.Type.(type) {
	case *ast.StructType:
		for _, field := range t.Fields.List {
			for _, id := range field.Names {
				f(id, true, field.Doc, field.Comment)
			}
			if id, ok := field.Type.(*ast.Ident); ok && field.Names == nil {
				f(id, false)
			}
		}
	case *ast.InterfaceType:
		for _, method := range t.Methods.List {
			for _, id := range method.Names {
				f(id, false)
			}
		}
	}
}

// receiverOf returns the name of the type that a method belongs to, "" for a function.
func receiverOf(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	t := d.Recv.List[0].Type
	if star, ok := t.(*ast.StarExpr); ok {
		t = star.X
	}
	if id, ok := t.(*ast.Ident); ok {
		return id.Name
	}
	return ""
}
