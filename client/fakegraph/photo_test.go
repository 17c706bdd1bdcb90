package fakegraph

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"mime/multipart"
	"net/textproto"
	"slices"
	"testing"
)

func testJPEG(t testing.TB, width, height int) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

type part struct{ name, contentType, content string }

// form makes the POST of a multipart body.
func form(t testing.TB, parts ...part) call {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for _, p := range parts {
		h := textproto.MIMEHeader{}
		h.Set("Content-Disposition", fmt.Sprintf("form-data; name=%q", p.name))
		if p.name == partFile || p.name == partPicture {
			h.Set("Content-Disposition", fmt.Sprintf(`form-data; name=%q; filename="photo.jpg"`, p.name))
		}
		if p.contentType != "" {
			h.Set("Content-Type", p.contentType)
		}
		out, err := w.CreatePart(h)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(out, p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return call{method: "POST", contentType: w.FormDataContentType(), body: body.String()}
}

var productPart = part{name: "messaging_product", content: "whatsapp"}

func TestPhoto(t *testing.T) {
	small := testJPEG(t, 192, 192)
	largest := slices.Concat(small, make([]byte, 5<<20-len(small)))
	for _, content := range [][]byte{small, testJPEG(t, 640, 640), largest} {
		s := newServer(t)
		if _, ok := s.Photo(testID); ok {
			t.Error("a photo before the upload")
		}
		a := send(t, s, form(t, productPart, part{"file", "image/jpeg", string(content)}))
		wantBody(t, a, 200, `{"messaging_product":"whatsapp","request_id":"FA4E0000000000000000000000000001"}`)
		got, ok := s.Photo(testID)
		if !ok || !bytes.Equal(got, content) {
			t.Errorf("got a photo of %d bytes, want %d", len(got), len(content))
		}
		got[0] = 0
		if again, _ := s.Photo(testID); again[0] == 0 {
			t.Error("Photo returned its own memory")
		}
		wantGroup(t, s, testGroup())

		wantBody(t, send(t, s, call{method: "DELETE"}), 200, `{"success":true}`)
		if _, ok := s.Photo(testID); ok {
			t.Error("a photo of a deleted group")
		}
	}
}

// Which name the part of the photo must have is disputed, so each has its server. There is no product in these bodies.
func TestPhotoPart(t *testing.T) {
	photo := string(testJPEG(t, 200, 200))
	for _, tt := range []struct {
		takes  []string
		name   string
		status int
	}{
		{nil, partFile, 200}, {nil, partPicture, 400},
		{[]string{partPicture}, partFile, 400}, {[]string{partPicture}, partPicture, 200},
		{[]string{partFile, partPicture}, partFile, 200}, {[]string{partFile, partPicture}, partPicture, 200},
	} {
		s := newServer(t)
		if tt.takes != nil {
			s = newServer(t, WithPhotoPart(tt.takes...))
		}
		a := send(t, s, form(t, part{tt.name, "image/jpeg", photo}))
		if tt.status != 200 {
			wantError(t, a, 400, "131009", "(#131009) Parameter value is not valid")
		}
		if _, there := s.Photo(testID); a.status != tt.status || there != (tt.status == 200) {
			t.Errorf("%v, %s: status %d, photo %t", tt.takes, tt.name, a.status, there)
		}
	}
	s := newServer(t, WithPhotoPart(partFile, partPicture))
	both := form(t, part{partFile, "image/jpeg", photo}, part{partPicture, "image/jpeg", photo})
	wantError(t, send(t, s, both), 400, "100", `part "file" stands more than once`)
}

func TestPhotoRefused(t *testing.T) {
	fine := string(testJPEG(t, 200, 200))
	file := part{"file", "image/jpeg", fine}
	cut := form(t, productPart, file)
	cut.body = cut.body[:len(cut.body)-200]
	noBoundary := form(t, productPart, file)
	noBoundary.contentType = "multipart/form-data"
	tests := []struct {
		name       string
		call       call
		code, text string
	}{
		{"octets", form(t, productPart, part{"file", "application/octet-stream", fine}), "100",
			"file: the part must have the type image/jpeg, this one has application/octet-stream"},
		{"no type", form(t, part{"file", "", fine}), "100", "this one has text/plain"},
		{"broken type", form(t, part{"file", "///", fine}), "100", "must have the type image/jpeg"},
		{"PNG", form(t, part{"file", "image/jpeg", "\x89PNG\r\n"}), "100", "file: not a JPEG"},
		{"empty", form(t, part{"file", "image/jpeg", ""}), "100", "file: not a JPEG"},
		{"one byte too large", form(t, part{"file", "image/jpeg", fine + string(make([]byte, 5<<20+1-len(fine)))}), "100",
			"file: 5242881 bytes, at most 5242880 are allowed"},
		{"not square", form(t, part{"file", "image/jpeg", string(testJPEG(t, 200, 201))}), "131209",
			"The photo has 200 by 201 pixels."},
		{"small", form(t, part{"file", "image/jpeg", string(testJPEG(t, 191, 191))}), "131210",
			"The photo has 191 by 191 pixels, 192 by 192 are needed."},
		{"small and not square", form(t, part{"file", "image/jpeg", string(testJPEG(t, 10, 20))}), "131209", "square"},
		{"no file", form(t, productPart), "100", "file: the part is missing"},
		{"other product", form(t, part{"messaging_product", "", "sms"}, file), "100", "messaging_product: value is not one"},
		{"text and photo", form(t, productPart, file, part{"subject", "", "Shed"}), "100", "is unsupported"},
		{"two files", form(t, file, file), "100", "stands more than once"},
		{"cut off", cut, "100", "body: "},
		{"no boundary", noBoundary, "100", "without a boundary"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := newServer(t)
			wantError(t, send(t, s, tt.call), 400, tt.code, tt.text)
			if _, ok := s.Photo(testID); ok {
				t.Error("the photo was kept")
			}
		})
	}
}

func TestPhotoState(t *testing.T) {
	s := newServer(t)
	upload := form(t, part{"file", "image/jpeg", string(testJPEG(t, 200, 200))})
	send(t, s, upload)
	if err := s.PutGroup(testGroup()); err != nil {
		t.Fatal(err)
	}
	if _, ok := s.Photo(testID); ok {
		t.Error("PutGroup kept the photo")
	}
	upload.path = "/v23.0/elsewhere"
	wantError(t, send(t, s, upload), 400, "131041", "(#131041)")
}
