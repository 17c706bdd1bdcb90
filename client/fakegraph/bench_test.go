package fakegraph

import (
	"net/http/httptest"
	"testing"
)

// The server alone, without a connection.
func BenchmarkGet(b *testing.B) {
	s := newServer(b)
	req := call{path: testPath + "?fields=subject,description,participants,suspended"}.request(b, s.URL())
	b.ReportAllocs()
	for b.Loop() {
		s.Handler().ServeHTTP(httptest.NewRecorder(), req)
	}
}

func BenchmarkGetDoer(b *testing.B) {
	s := newServer(b)
	req := call{}.request(b, s.URL())
	b.ReportAllocs()
	for b.Loop() {
		do(b, s.Doer(), req)
	}
}

func BenchmarkUpdateDoer(b *testing.B) {
	s := newServer(b)
	update := call{method: "POST", body: `{"messaging_product":"whatsapp","subject":"Shed"}`}
	b.ReportAllocs()
	for b.Loop() {
		send(b, s, update)
	}
}

func BenchmarkPhotoDoer(b *testing.B) {
	s := newServer(b)
	content := testJPEG(b, 640, 640)
	upload := form(b, part{"file", "image/jpeg", string(append(content, make([]byte, 5<<20-len(content))...))})
	b.ReportAllocs()
	b.SetBytes(5 << 20)
	for b.Loop() {
		send(b, s, upload)
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(WithGroups(testGroup())); err != nil {
			b.Fatal(err)
		}
	}
}
