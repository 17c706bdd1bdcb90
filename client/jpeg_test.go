package client_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"testing"
	"testing/iotest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// segment is a marker with some bytes.
func segment(marker byte, content ...byte) []byte {
	n := len(content) + 2
	return append([]byte{0xff, marker, byte(n >> 8), byte(n)}, content...)
}

// assemble puts the start of an image in front of its parts.
func assemble(parts ...[]byte) []byte { return append([]byte{0xff, 0xd8}, bytes.Join(parts, nil)...) }

func TestJPEGSize(t *testing.T) {
	frame := segment(0xc0, 8, 0x01, 0x40, 0x02, 0x80, 1, 1, 0x11, 0) // 640 by 320
	for _, tt := range []struct {
		name string
		jpeg []byte
	}{
		{"a frame header alone", assemble(frame)},
		{"JFIF", assemble(segment(0xe0, []byte("JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")...), frame)},
		{
			"Exif with a thumbnail of another size",
			assemble(segment(0xe1, append([]byte("Exif\x00\x00"), clienttest.JPEGOf(160, 120)...)...), frame),
		},
		{"a comment that looks like a frame header", assemble(segment(0xfe, clienttest.JPEGOf(1, 1)...), frame)},
		{"the longest segment", assemble(segment(0xe2, make([]byte, 65533)...), frame)},
		{"an empty segment", assemble(segment(0xe3), frame)},
		{"tables first", assemble(segment(0xdb, make([]byte, 65)...), segment(0xc4, make([]byte, 20)...), frame)},
		{"a definition of arithmetic coding, which is no frame", assemble(segment(0xcc, 0, 0), frame)},
		{"a reserved marker, which is no frame", assemble(segment(0xc8, clienttest.JPEGOf(1, 1)...), frame)},
		{"fill bytes in front of a marker", assemble([]byte{0xff, 0xff, 0xff}, frame)},
		{"bytes between segments", assemble([]byte("junk"), frame)},
		{"a stuffed byte between segments", assemble([]byte{0xff, 0x00}, frame)},
		{"markers without a segment", assemble([]byte{0xff, 0x01, 0xff, 0xd0, 0xff, 0xd7}, frame)},
		{"progressive", assemble(withFrame(0xc2, frame))},
		{"lossless", assemble(withFrame(0xc3, frame))},
		{"arithmetic", assemble(withFrame(0xc9, frame))},
		{"the frame header cut after its size", assemble(frame[:9])},
	} {
		t.Run(tt.name, func(t *testing.T) {
			width, height, err := client.JPEGSize(iotest.HalfReader(bytes.NewReader(tt.jpeg)))
			clienttest.Equal(t, "size", fmt.Sprint(width, height, err), "640 320 <nil>")
		})
	}
}

// A JPEG that ends anywhere in front of its size is refused, and one that cannot be read fails as its reader does.
func TestJPEGCutAnywhere(t *testing.T) {
	whole := assemble(segment(0xe0, make([]byte, 700)...), segment(0xc0, 8, 1, 0, 1, 0, 1, 1, 0x11, 0))
	size := len(whole) - 4 // the size is followed by four bytes
	reason := errors.New("the disk is gone")
	for n := range size {
		_, _, err := client.JPEGSize(bytes.NewReader(whole[:n]))
		clienttest.WantArgument(t, err, "jpeg")
		_, _, err = client.JPEGSize(iotest.DataErrReader(bytes.NewReader(whole[:n])))
		clienttest.WantArgument(t, err, "jpeg")
		_, _, err = client.JPEGSize(&failingReader{whole[:n], reason})
		if !errors.Is(err, reason) {
			t.Fatalf("after %d bytes: %v", n, err)
		}
	}
	_, _, err := client.JPEGSize(bytes.NewReader(whole[:size]))
	clienttest.WantClass(t, err, nil)
}

type failingReader struct {
	left []byte
	err  error
}

func (r *failingReader) Read(b []byte) (int, error) {
	if len(r.left) == 0 {
		return 0, r.err
	}
	n := copy(b, r.left)
	r.left = r.left[n:]
	return n, nil
}

func TestJPEGSizeOfRealPictures(t *testing.T) {
	for _, picture := range []image.Image{
		image.NewGray(image.Rect(0, 0, 1, 1)), image.NewRGBA(image.Rect(0, 0, 17, 300)), image.NewYCbCr(
			image.Rect(0, 0, 64, 3), image.YCbCrSubsampleRatio420),
	} {
		var b bytes.Buffer
		if err := stdjpeg.Encode(&b, picture, nil); err != nil {
			t.Fatal(err)
		}
		width, height, err := client.JPEGSize(&b)
		want := picture.Bounds()
		clienttest.Equal(t, "size", fmt.Sprint(width, height, err), fmt.Sprint(want.Dx(), want.Dy(), nil))
	}
}
