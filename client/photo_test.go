package client_test

import (
	"bytes"
	"errors"
	"image"
	stdjpeg "image/jpeg"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

const maxPhoto = 5 << 20

func TestPhotoAccepted(t *testing.T) {
	var picture bytes.Buffer
	if err := stdjpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 200, 200)), nil); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		jpeg []byte
	}{
		{"192 pixels", clienttest.JPEGOf(192, 192)},
		{"the largest that the format can say", clienttest.JPEGOf(65535, 65535)},
		{"a real picture", picture.Bytes()},
		{"an unknown kind of frame", withFrame(0xcf, clienttest.JPEGOf(192, 192))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
				clienttest.Equal(t, "bytes", bytes.Equal(readUpload(t, r), tt.jpeg), true)
				clienttest.Success(w, r)
			})
			for _, r := range []io.Reader{bytes.NewReader(tt.jpeg), bytes.NewBuffer(tt.jpeg), temporaryFile(t, tt.jpeg)} {
				receipt, err := s.Client().SetGroupPhoto(t.Context(), clienttest.GroupID, r)
				if err != nil {
					t.Errorf("%T: %v", r, err)
					continue
				}
				clienttest.Equal(t, "request id", receipt.RequestID, "106540352242922")
			}
		})
	}
}

func TestPhotoOf5MiB(t *testing.T) {
	jpeg := clienttest.JPEGOfSize(maxPhoto)
	s := clienttest.Serve(t, func(w http.ResponseWriter, r *http.Request) {
		clienttest.Equal(t, "bytes", bytes.Equal(readUpload(t, r), jpeg), true)
		clienttest.Success(w, r)
	})
	_, err := s.Client().SetGroupPhoto(t.Context(), clienttest.GroupID, bytes.NewBuffer(jpeg))
	clienttest.WantClass(t, err, nil)
}

// withFrame is a JPEG with another kind of frame header.
func withFrame(marker byte, jpeg []byte) []byte {
	return bytes.Replace(jpeg, []byte{0xff, 0xc0}, []byte{0xff, marker}, 1)
}

func TestPhotoRefused(t *testing.T) {
	for _, tt := range []struct {
		name string
		jpeg []byte
		rule string // what the reason has to say
	}{
		{"nothing", nil, "empty"},
		{"191 pixels", clienttest.JPEGOf(191, 191), "at least 192 by 192 pixels, is 191 by 191"},
		{"no pixels", clienttest.JPEGOf(0, 0), "at least 192 by 192"},
		{"too narrow", clienttest.JPEGOf(192, 193), "square, is 192 by 193"},
		{"too low", clienttest.JPEGOf(640, 480), "square, is 640 by 480"},
		{"one byte above 5 MiB", clienttest.JPEGOfSize(maxPhoto + 1), "at most 5242880 bytes, has "},
		{"a PNG", []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "must be a JPEG"},
		{"a GIF", []byte("GIF89a\xc0\x00\xc0\x00"), "must be a JPEG"},
		{"a WebP", []byte("RIFF\x00\x00\x00\x00WEBPVP8 "), "must be a JPEG"},
		{"a text", []byte("/home/me/photo.jpg"), "must be a JPEG"},
		{"one byte", []byte{0xff}, "must be a JPEG"},
		{"the start of a JPEG alone", []byte{0xff, 0xd8}, "ends before its size"},
		{"a JPEG whose header is cut", clienttest.JPEGOf(192, 192)[:9], "ends before its size"},
		{"a JPEG without a frame header", []byte{0xff, 0xd8, 0xff, 0xd9}, "size is not given"},
		{"a JPEG that begins with its pixels", []byte{0xff, 0xd8, 0xff, 0xda, 0, 2}, "size is not given"},
		{"a segment without length", []byte{0xff, 0xd8, 0xff, 0xe0, 0, 1}, "impossible length"},
		{"a byte in front", append([]byte{0}, clienttest.JPEGOf(192, 192)...), "does not start like one"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := clienttest.ServeNothing(t).Client()
			for _, r := range []io.Reader{
				bytes.NewReader(tt.jpeg), bytes.NewBuffer(tt.jpeg), temporaryFile(t, tt.jpeg), strings.NewReader(string(tt.jpeg)),
			} {
				receipt, err := c.SetGroupPhoto(t.Context(), clienttest.GroupID, r)
				if receipt != nil {
					t.Error("a receipt together with an error")
				}
				clienttest.WantArgument(t, err, "jpeg")
				if !strings.Contains(err.Error(), tt.rule) {
					t.Errorf("%T: %v, want the rule %q", r, err, tt.rule)
				}
			}
		})
	}
}

func TestPhotoNil(t *testing.T) {
	_, err := clienttest.ServeNothing(t).Client().SetGroupPhoto(t.Context(), clienttest.GroupID, nil)
	clienttest.WantArgument(t, err, "jpeg")
}

func TestPhotoFromTheEndOfItsReader(t *testing.T) {
	r := clienttest.Photo()
	if _, err := r.Seek(1000, io.SeekEnd); err != nil {
		t.Fatal(err)
	}
	_, err := clienttest.ServeNothing(t).Client().SetGroupPhoto(t.Context(), clienttest.GroupID, r)
	clienttest.WantArgument(t, err, "jpeg")
}

// A reader that never ends is not read to its end.
func TestPhotoFromAnEndlessReader(t *testing.T) {
	var read int
	endless := readerFunc(func(b []byte) (int, error) {
		read += len(b)
		return len(b), nil
	})
	_, err := clienttest.ServeNothing(t).Client().SetGroupPhoto(t.Context(), clienttest.GroupID, endless)
	clienttest.WantArgument(t, err, "jpeg")
	if read > 2*maxPhoto {
		t.Errorf("%d bytes were read", read)
	}
}

// The id is checked before the reader is touched.
func TestPhotoIsNotReadInVain(t *testing.T) {
	touched := readerFunc(func([]byte) (int, error) {
		t.Error("the reader was touched")
		return 0, errors.New("touched")
	})
	_, err := clienttest.ServeNothing(t).Client().SetGroupPhoto(t.Context(), "..", touched)
	clienttest.WantArgument(t, err, "groupID")
}
