package fakegraph

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/wagroups/wagroups-go/gen"
)

// router replaces http.ServeMux below the generated code. A ServeMux responds to paths with "//" or ".." with a
// redirect, which Graph does not, and its errors are not Graph's.
type router struct {
	server *Server
	routes []*route
	err    error
}

type route struct {
	operation *operation
	segments  []string // of the path template
	handle    http.HandlerFunc
}

var _ gen.ServeMux = (*router)(nil)

func newRouter(s *Server) (*router, error) {
	m := &router{server: s}
	gen.HandlerWithOptions(handlers{s}, gen.StdHTTPServerOptions{
		BaseRouter: m,
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			fail(w, errInvalid("%s", exchangeOf(r).quote(err.Error())))
		},
	})
	return m, m.err
}

// HandleFunc takes a pattern of the generated code, such as "GET /{Version}/{group_id}".
func (m *router) HandleFunc(pattern string, handle func(http.ResponseWriter, *http.Request)) {
	method, path, _ := strings.Cut(pattern, " ")
	for _, op := range m.server.contract.operations {
		if op.method == method && op.path == path {
			m.routes = append(m.routes, &route{operation: op, segments: strings.Split(path, "/"), handle: handle})
			return
		}
	}
	m.err = fmt.Errorf("fakegraph: the generated code has %s, the contract has not", pattern)
}

// find returns the route of a request and its path parameters. For a known path with an unknown method it returns
// the methods that the path has.
func (m *router) find(r *http.Request) (found *route, params map[string]string, allowed []string) {
	segments := strings.Split(r.URL.EscapedPath(), "/")
	for _, rt := range m.routes {
		values, ok := rt.match(segments)
		switch {
		case !ok:
		case rt.operation.method == r.Method:
			for name, value := range values {
				r.SetPathValue(name, value)
			}
			return rt, values, nil
		default:
			allowed = append(allowed, rt.operation.method)
		}
	}
	return nil, nil, allowed
}

func (rt *route) match(segments []string) (map[string]string, bool) {
	if len(segments) != len(rt.segments) {
		return nil, false
	}
	values := make(map[string]string, len(segments))
	for i, template := range rt.segments {
		value, err := url.PathUnescape(segments[i])
		if err != nil {
			return nil, false
		}
		if name, ok := strings.CutPrefix(template, "{"); ok && value != "" {
			values[strings.TrimSuffix(name, "}")] = value
		} else if value != template {
			return nil, false
		}
	}
	return values, true
}
