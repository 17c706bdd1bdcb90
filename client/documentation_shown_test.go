package client_test

import (
	"go/ast"
	"go/doc"
	"go/types"
	"slices"
	"strings"
)

// implicit are the methods that are called by packages fmt, errors, log/slog and encoding/json and hardly ever by name.
// An example of their type is enough.
var implicit = []string{"Error", "Format", "LogValue", "MarshalText", "String", "Unwrap"}

// inExample returns a function that says whether a name is in an example with output.
func (p *documented) inExample() func(exportedName) bool {
	shown := p.shown()
	implemented := p.implemented()
	typeShown := func(name string) bool {
		return shown[p.types.Scope().Lookup(name)] || slices.Contains(implemented, name) ||
			slices.ContainsFunc(p.run(), func(e *doc.Example) bool { return strings.HasPrefix(e.Name+"_", name+"_") })
	}
	return func(n exportedName) bool {
		owner := strings.TrimSuffix(n.owner, ".")
		_, isType := n.object.(*types.TypeName)
		return shown[n.object] || isType && typeShown(n.name) || slices.Contains(implemented, owner) ||
			n.isFunc && slices.Contains(implicit, n.name) && typeShown(owner)
	}
}

// implemented lists the interfaces that a type beside the examples implements, by the names of their methods.
func (p *documented) implemented() []string {
	var names []string
	methods := map[string][]string{}
	for _, f := range p.tests {
		for _, m := range methodsIn(f) {
			owner, name, _ := strings.Cut(m, ".")
			methods[owner] = append(methods[owner], name)
		}
	}
	for _, name := range p.types.Scope().Names() {
		wanted, ok := p.types.Scope().Lookup(name).Type().Underlying().(*types.Interface)
		if !ok {
			continue
		}
		for _, has := range methods {
			if !slices.ContainsFunc(slices.Collect(wanted.Methods()), func(m *types.Func) bool {
				return !slices.Contains(has, m.Name())
			}) {
				names = append(names, name)
			}
		}
	}
	return names
}

// hiddenTypes lists the types beside the examples that are on no page. Of an example a page shows the body, and more
// only if its file has no other example or if it needs nothing of another file.
func (p *documented) hiddenTypes() []string {
	var hidden, visible []string
	for _, e := range p.examples {
		if f, ok := e.Code.(*ast.File); ok {
			visible = append(visible, typesIn(f)...)
		}
		if e.Play != nil {
			visible = append(visible, typesIn(e.Play)...)
		}
	}
	for _, f := range p.tests {
		for _, name := range typesIn(f) {
			if !slices.Contains(visible, name) {
				hidden = append(hidden, name)
			}
		}
	}
	return hidden
}

// run lists the examples that go test runs, and not only compiles.
func (p *documented) run() []*doc.Example {
	return slices.DeleteFunc(slices.Clone(p.examples), func(e *doc.Example) bool {
		return e.Output == "" && !e.EmptyOutput
	})
}

// attached lists the examples that go doc's library finds a place for.
func (p *documented) attached() []string {
	all := slices.Clone(p.doc.Examples)
	for _, f := range p.doc.Funcs {
		all = append(all, f.Examples...)
	}
	for _, t := range p.doc.Types {
		all = append(all, t.Examples...)
		for _, f := range slices.Concat(t.Funcs, t.Methods) {
			all = append(all, f.Examples...)
		}
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name)
	}
	return names
}

// shown returns what the examples that are run write: names, the fields and methods that they select, and the types of
// these.
func (p *documented) shown() map[types.Object]bool {
	shown := map[types.Object]bool{}
	for _, example := range p.run() {
		ast.Inspect(example.Code, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.AssignStmt: // "_ = client.ErrPartial" shows nothing
				return slices.ContainsFunc(n.Lhs, isNamed)
			case *ast.ValueSpec: // nor does "var _ = client.ErrPartial"
				return slices.ContainsFunc(n.Names, func(id *ast.Ident) bool { return isNamed(id) })
			case *ast.Ident:
				if o := p.info.Uses[n]; o != nil {
					shown[o] = true
				}
			case *ast.SelectorExpr:
				if s := p.info.Selections[n]; s != nil {
					markSelected(shown, s)
				}
			}
			return true
		})
	}
	return shown
}

func isNamed(e ast.Expr) bool {
	id, ok := e.(*ast.Ident)
	return !ok || id.Name != "_"
}

// markSelected marks the type that something is selected from, and the embedded fields on the way.
func markSelected(shown map[types.Object]bool, s *types.Selection) {
	t := s.Recv()
	for i, index := range s.Index() {
		if pointer, ok := t.Underlying().(*types.Pointer); ok {
			t = pointer.Elem()
		}
		if named, ok := t.(*types.Named); ok {
			shown[named.Obj()] = true
		}
		structure, ok := t.Underlying().(*types.Struct)
		if !ok || i == len(s.Index())-1 {
			return
		}
		shown[structure.Field(index)] = true
		t = structure.Field(index).Type()
	}
}

// methodsIn lists the methods that a file declares, as "Type.Name".
func methodsIn(f *ast.File) []string {
	var names []string
	for _, decl := range f.Decls {
		if d, ok := decl.(*ast.FuncDecl); ok && d.Recv != nil {
			names = append(names, receiverOf(d)+"."+d.Name.Name)
		}
	}
	return names
}

// typesIn lists the types that a file declares.
func typesIn(f *ast.File) []string {
	var names []string
	for _, decl := range f.Decls {
		if d, ok := decl.(*ast.GenDecl); ok {
			for _, spec := range d.Specs {
				if s, ok := spec.(*ast.TypeSpec); ok {
					names = append(names, s.Name.Name)
				}
			}
		}
	}
	return names
}
