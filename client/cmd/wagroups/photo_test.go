package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"
)

const photoAccepted = "Accepted. WhatsApp applies the change later; request id FA4E0000000000000000000000000001.\n"

func TestPhoto(t *testing.T) {
	photo, err := samplePhoto(192)
	if err != nil {
		t.Fatal(err)
	}
	path := writeFile(t, "photo.jpg", photo)
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	for name, c := range map[string]struct {
		path string
		in   io.Reader
	}{
		"file":          {path, nil},
		"stdin, sized":  {"-", bytes.NewReader(photo)},
		"stdin, a file": {"-", file},
		"stdin, a pipe": {"-", io.MultiReader(bytes.NewReader(photo[:100]), bytes.NewReader(photo[100:]))},
	} {
		t.Run(name, func(t *testing.T) {
			fake, w := startFake(t)
			w.in = c.in
			w.expect(t, photoAccepted, "photo", testID, c.path)
			if stored, _ := fake.Photo(testID); !bytes.Equal(stored, photo) {
				t.Errorf("the server has %d bytes, not the %d of the photo", len(stored), len(photo))
			}
		})
	}
}

func TestPhotoJSON(t *testing.T) {
	_, w := startFake(t)
	w.expect(t, "{\n  \"accepted\": true,\n  \"request_id\": \"FA4E0000000000000000000000000001\",\n  \"repeated\": false\n}\n",
		"--output", "json", "photo", testID, writeFile(t, "photo.jpg", jpegOf(t, 200, 200)))
}

func TestPhotoWrong(t *testing.T) {
	fake, w := startFake(t)
	square := jpegOf(t, 200, 200)
	for _, c := range []struct {
		photo []byte
		want  string
	}{
		{jpegOf(t, 640, 480), "must be square, is 640 by 480 pixels"},
		{jpegOf(t, 191, 191), "must be at least 192 by 192 pixels, is 191 by 191"},
		{append(square, make([]byte, 5<<20-len(square)+7)...), "must have at most 5242880 bytes, has 7 more"},
		{[]byte("\x89PNG\r\n"), "must be a JPEG: it does not start like one"},
		{nil, "must not be empty"},
	} {
		w.expectFailure(t, exitUsage, "wagroups: FILE: "+c.want, "photo", testID, writeFile(t, "photo", c.photo))
		w.in = bytes.NewReader(c.photo)
		w.expectFailure(t, exitUsage, "wagroups: FILE: "+c.want, "photo", testID, "-")
	}
	w.expectFailure(t, exitUsage, "wagroups: FILE: is a directory", "photo", testID, t.TempDir())
	if n := len(fake.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

// Whoever swaps the arguments must not find the group id in an error either; run checks that.
func TestPhotoSwapped(t *testing.T) {
	_, w := startFake(t)
	code, _, errOut := w.run(t, "photo", "photo.jpg", testID)
	if code != exitUsage || !strings.HasPrefix(errOut, "wagroups: FILE: ") || strings.Count(errOut, "\n") != 1 {
		t.Errorf("exit code %d, stderr %q", code, errOut)
	}
}
