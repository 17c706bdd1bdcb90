package client

import (
	"net/http"
	"net/url"
	"runtime"
	"strings"

	"github.com/wagroups/wagroups-go/gen"
)

// Version is the version of this module, as its User-Agent shows it. It is not the version of the Graph API: that is
// [DefaultAPIVersion].
const Version = "0.1.0"

// templates holds one request for each operation, built by the generated code when the client is made. A call copies
// one and puts its group ID into the path: the generated code would parse the base URL for every request.
type templates struct {
	get                   getTemplate
	update, photo, delete template
	form                  *photoForm
}

// template is a request whose path still ends in a stand-in for the group ID.
type template struct {
	request *http.Request
	prefix  string // the path in front of the group ID
}

const standIn = "0"

func newTemplates(baseURL, version, userAgent string) (t templates, err error) {
	build := func(req *http.Request, buildErr error) template {
		if buildErr != nil {
			err = buildErr
			return template{}
		}
		req.Header.Set("Accept", "application/json")
		req.Header.Set("User-Agent", userAgent)
		return template{request: req, prefix: strings.TrimSuffix(req.URL.Path, standIn)}
	}
	t.form = newPhotoForm()
	t.get.template = build(gen.NewGetGroupInfoRequest(
		baseURL+"/", version, standIn, &gen.GetGroupInfoParams{Fields: allFields}))
	t.update = build(gen.NewUpdateGroupSettingsRequestWithBody(
		baseURL+"/", version, standIn, "application/json", nil))
	t.photo = build(gen.NewUpdateGroupSettingsRequestWithBody(
		baseURL+"/", version, standIn, t.form.contentType, nil))
	t.delete = build(gen.NewDeleteGroupRequest(baseURL+"/", version, standIn))
	if err == nil {
		// The reference wants the header although a deletion has no body.
		t.delete.request.Header.Set("Content-Type", "application/json")
	}
	return t, err
}

// url returns the URL for one group.
func (t *template) url(groupID string) url.URL {
	u := *t.request.URL
	// A checked group ID needs no escaping.
	u.Path = t.prefix + groupID
	return u
}

type getTemplate struct{ template }

// urlFor asks for the given fields, or for all of them when none is given.
func (t *getTemplate) urlFor(groupID string, fields []Field) (url.URL, error) {
	u := t.url(groupID)
	if len(fields) == 0 {
		return u, nil
	}
	names := make([]string, len(fields))
	for i, f := range fields {
		if bitOf(f) == 0 {
			// The error does not show it: it may be a group ID out of place.
			return u, argumentError("fields", "number %d must be one of id, %s", i+1, joined(allFields))
		}
		names[i] = string(f)
	}
	u.RawQuery = "fields=" + strings.Join(names, ",")
	return u, nil
}

func joined(fields []gen.Field) string {
	var names []string
	for _, f := range fields {
		names = append(names, string(f))
	}
	return strings.Join(names, ", ")
}

// userAgent fits the pattern of Meta's OpenAPI document for the header User-Agent, which Go's own does not.
func userAgent(product string) string {
	// A development version of Go, such as "devel go1.27-1234", has spaces.
	goVersion := strings.Map(func(r rune) rune {
		if r < 0x80 && (isAlphanumeric(byte(r)) || r == '.' || r == '-') {
			return r
		}
		return '-'
	}, strings.TrimPrefix(runtime.Version(), "go"))
	ua := "wagroups-go/" + Version + ";go=" + goVersion
	if product != "" {
		ua += " " + product
	}
	return ua
}
