package fakegraph

import "testing"

func TestDelete(t *testing.T) {
	for _, tt := range []call{
		{},
		{body: "{}"}, // the sample of the reference page
		{contentType: mediaForm},
		{contentType: "multipart/form-data"},
	} {
		s := newServer(t)
		tt.method = "DELETE"
		wantBody(t, send(t, s, tt), 200, `{"success":"true"}`)
		if _, ok := s.Group(testID); ok {
			t.Error("the group is still there")
		}
		wantError(t, send(t, s, tt), 400, "131041", "(#131041)")
		wantError(t, send(t, s, call{}), 400, "131041", "(#131041)")
	}
}

func TestDeleteRefused(t *testing.T) {
	s := newServer(t)
	wantError(t, send(t, s, call{method: "DELETE", header: map[string]string{"Content-Type": ""}}), 400, "100",
		"Content-Type: missing")
	wantError(t, send(t, s, call{method: "DELETE", contentType: "text/html"}), 400, "100", "text/html is not one of")
	wantError(t, send(t, s, call{method: "DELETE", body: `{"id":1}`}), 400, "100", "body: a DELETE has none")
	wantGroup(t, s, testGroup())

	g := testGroup()
	g.Suspended = true
	if err := s.PutGroup(g); err != nil {
		t.Fatal(err)
	}
	wantError(t, send(t, s, call{method: "DELETE"}), 403, "131207", "suspended")
	wantBody(t, send(t, s, call{}), 200, `{"id":"`+testID+`","messaging_product":"whatsapp"}`)
}
