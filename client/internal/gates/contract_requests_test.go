package gates

import (
	"encoding/json"
	"io"
	"maps"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
	"github.com/wagroups/wagroups-go/gen"
)

// unsent lists what the document allows in a request and this client never sends, each with the reason.
var unsent = map[string]string{
	"GroupSettings.profile_picture_file": "a local path means nothing to a remote server",
	"GroupPhoto.profile_picture_file":    "the second name of file, for a server that refuses the first",
	"application/x-www-form-urlencoded":  "says the same as JSON",
}

// A sent is what the client put into its requests: the properties of each generated type, the media types of bodies
// and parts, and Accept.
type sent struct {
	properties map[string][]string
	mediaTypes []string
	partTypes  map[string]string
	accept     []string
}

var requestTypes = []struct {
	name string
	wire reflect.Type
}{
	{"GroupSettings", reflect.TypeFor[gen.GroupSettings]()},
	{"GroupPhoto", reflect.TypeFor[gen.GroupPhoto]()},
}

// record calls every method with everything set, and reads what arrives.
func record(t *testing.T) sent {
	t.Helper()
	s := sent{properties: map[string][]string{}, partTypes: map[string]string{}}
	srv := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		defer clienttest.Success(w, r)
		s.accept = append(s.accept, r.Header.Get("Accept"))
		mediaType, params, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if r.Method != http.MethodPost {
			return
		}
		s.mediaTypes = append(s.mediaTypes, mediaType)
		if params["boundary"] == "" {
			var body map[string]any
			clienttest.WantClass(t, json.NewDecoder(r.Body).Decode(&body), nil)
			s.properties["GroupSettings"] = slices.Sorted(maps.Keys(body))
			return
		}
		parts, err := r.MultipartReader()
		clienttest.WantClass(t, err, nil)
		for part, err := parts.NextPart(); err != io.EOF; part, err = parts.NextPart() {
			clienttest.WantClass(t, err, nil)
			s.properties["GroupPhoto"] = append(s.properties["GroupPhoto"], part.FormName())
			s.partTypes[part.FormName()] = part.Header.Get("Content-Type")
		}
	})
	c := srv.Client()
	for _, op := range clienttest.Operations {
		clienttest.WantClass(t, op.Call(t.Context(), c, clienttest.GroupID), nil)
	}
	both := client.GroupUpdate{Subject: new("Allotment"), Description: new("Seeds")}
	clienttest.WantClass(t, clienttest.Outcome(c.UpdateGroup(t.Context(), clienttest.GroupID, both)), nil)
	slices.Sort(s.mediaTypes)
	s.mediaTypes = slices.Compact(s.mediaTypes)
	return s
}

// unsentFields lists the properties of a generated request that the client does not send.
func unsentFields(name string, wire reflect.Type, s sent, reasons map[string]string) []string {
	var problems []string
	for field := range wire.Fields() {
		property, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch isSent := slices.Contains(s.properties[name], property); {
		case !isSent && reasons[name+"."+property] == "":
			problems = append(problems, name+"."+property+": never sent, and no reason is given")
		case isSent && reasons[name+"."+property] != "":
			problems = append(problems, name+"."+property+": listed with a reason, and yet it is sent")
		}
	}
	return problems
}

// mediaTypeGaps compares the media types of the document with those that the client sends and accepts.
func mediaTypeGaps(doc *openapi3.T, s sent, reasons map[string]string) []string {
	var problems []string
	bodies := doc.Paths.Value(contractPath).Post.RequestBody.Value.Content
	for _, name := range slices.Sorted(maps.Keys(bodies)) {
		if !slices.Contains(s.mediaTypes, name) && reasons[name] == "" {
			problems = append(problems, name+": never sent, and no reason is given")
		}
		for _, part := range slices.Sorted(maps.Keys(bodies[name].Encoding)) {
			want := bodies[name].Encoding[part].ContentType
			if s.partTypes[part] != want && reasons["GroupPhoto."+part] == "" {
				problems = append(problems, "part "+part+": "+s.partTypes[part]+" instead of "+want)
			}
		}
	}
	for _, name := range s.mediaTypes {
		if bodies[name] == nil {
			problems = append(problems, name+": sent, and not in the document")
		}
	}
	for method, op := range doc.Paths.Value(contractPath).Operations() {
		for status, response := range op.Responses.Map() {
			for name := range response.Value.Content {
				if !slices.Contains(s.accept, name) {
					problems = append(problems, method+" "+status+": "+name+" is not accepted")
				}
			}
		}
	}
	slices.Sort(problems)
	return problems
}

func TestContractRequestFields(t *testing.T) {
	s := record(t)
	for _, r := range requestTypes {
		wantProblems(t, unsentFields(r.name, r.wire, s, unsent))
	}
	wantProblems(t, unsentFields("GroupSettings", reflect.TypeFor[gen.GroupSettings](), s, map[string]string{
		"GroupSettings.subject": "none",
	}), "GroupSettings.profile_picture_file: never sent, and no reason is given",
		"GroupSettings.subject: listed with a reason, and yet it is sent")
}

func TestContractMediaTypes(t *testing.T) {
	s := record(t)
	wantProblems(t, mediaTypeGaps(contract(t), s, unsent))

	doc := contract(t)
	post := doc.Paths.Value(contractPath).Post
	content := post.RequestBody.Value.Content
	content["multipart/form-data"].Encoding["file"].ContentType = "image/png"
	content["application/xml"] = content["application/json"]
	delete(content, "application/json")
	contents := post.Responses.Status(200).Value.Content
	contents["text/xml"] = contents["application/json"]
	wantProblems(t, mediaTypeGaps(doc, s, unsent),
		"POST 200: text/xml is not accepted",
		"application/json: sent, and not in the document",
		"application/xml: never sent, and no reason is given",
		"part file: image/jpeg instead of image/png",
	)
}
