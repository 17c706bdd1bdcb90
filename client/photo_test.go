package client_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	stdjpeg "image/jpeg"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

const maxPhoto = 5 << 20

func TestPhotoAccepted(t *testing.T) {
	for _, tt := range []struct {
		name string
		jpeg []byte
	}{
		{"192 pixels", clienttest.JPEGOf(192, 192)},
		{"the largest that the format can say", clienttest.JPEGOf(65535, 65535)},
		{"a real picture", clienttest.RealPhoto()},
		{"5 MiB", clienttest.JPEGOfSize(maxPhoto)},
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
				clienttest.Equal(t, "request ID", receipt.RequestID, "106540352242922")
			}
		})
	}
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
		{"one byte above 5 MiB", clienttest.JPEGOfSize(maxPhoto + 1), "at most 5242880 bytes, has more"},
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

func TestNoPhoto(t *testing.T) {
	atItsEnd := clienttest.Photo()
	_, err := atItsEnd.Seek(1000, io.SeekEnd)
	clienttest.WantClass(t, err, nil)
	for _, r := range []io.Reader{
		nil, (*os.File)(nil), (*bytes.Reader)(nil), (*strings.Reader)(nil), (*io.SectionReader)(nil), (*bytes.Buffer)(nil),
		readerFunc(nil), atItsEnd,
	} {
		_, err := clienttest.ServeNothing(t).Client().SetGroupPhoto(t.Context(), clienttest.GroupID, r)
		clienttest.WantArgument(t, err, "jpeg")
	}
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

// The ID and the context are checked before the reader is touched, and the context again before every further read.
func TestPhotoIsNotReadInVain(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	reads := 0
	endless := func(b []byte) (int, error) {
		if reads++; reads == 3 {
			cancel()
		}
		return copy(b, "x"), nil
	}
	plain := readerFunc(endless)
	section := sizedReader(100_000, func(b []byte, _ int64) (int, error) { return endless(b) })
	c := clienttest.ServeNothing(t).Client()
	for _, r := range []io.Reader{plain, section} {
		_, err := c.SetGroupPhoto(ctx, "..", r)
		clienttest.WantArgument(t, err, "groupID")
	}
	clienttest.Equal(t, "reads", reads, 0)
	for _, r := range []io.Reader{plain, plain, section} { // the second time the context has ended already
		_, err := c.SetGroupPhoto(ctx, clienttest.GroupID, r)
		clienttest.WantClass(t, err, client.ErrNotSent)
		clienttest.Equal(t, "cancelled", errors.Is(err, context.Canceled), true)
		clienttest.Equal(t, "reads", reads, 3)
	}
}

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
		{"the same across byte 512, which is read at once", assemble(segment(0xe2, make([]byte, 499)...), frame[:9])},
	} {
		t.Run(tt.name, func(t *testing.T) {
			width, height, err := client.JPEGSize(tt.jpeg)
			clienttest.Equal(t, "size", fmt.Sprint(width, height, err), "640 320 <nil>")
		})
	}
}

func TestJPEGCutAnywhere(t *testing.T) {
	whole := assemble(segment(0xe0, make([]byte, 700)...), segment(0xc0, 8, 1, 0, 1, 0, 1, 1, 0x11, 0))
	size := len(whole) - 4 // the size is followed by four bytes
	for n := range size {
		_, _, err := client.JPEGSize(whole[:n])
		clienttest.WantArgument(t, err, "jpeg")
	}
	_, _, err := client.JPEGSize(whole[:size])
	clienttest.WantClass(t, err, nil)
}

func FuzzJPEGSize(f *testing.F) {
	for _, picture := range []image.Image{
		image.NewGray(image.Rect(0, 0, 3, 2)), image.NewRGBA(image.Rect(0, 0, 9, 17)),
	} {
		var b bytes.Buffer
		if err := stdjpeg.Encode(&b, picture, nil); err != nil {
			f.Fatal(err)
		}
		f.Add(b.Bytes())
		f.Add(withFrame(0xc2, b.Bytes()))
	}
	frame := segment(0xc0, 8, 0, 1, 0, 2, 1, 1, 0x11, 0)
	scan := segment(0xda, 1, 1, 0, 0, 63, 0)
	for _, seed := range [][]byte{
		assemble(frame, scan), assemble(segment(0xe0, []byte("JFIF\x00")...), frame, scan), clienttest.JPEGOf(192, 192),
		assemble([]byte{0xff, 0xff}, frame, scan), assemble([]byte{0xff, 0, 1, 0xff, 0xd0}, frame, scan), {0xff, 0xd8}, nil,
		assemble(segment(0xfe, frame...), segment(0xc4, 0), frame, scan), assemble(scan, frame), assemble(frame, frame, scan),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		width, height, err := client.JPEGSize(b)
		if err != nil && clienttest.ClassesOf(err) != clienttest.ClassesOf(client.ErrInvalidArgument) {
			t.Errorf("error %v", err)
		}
		std, stdErr := stdjpeg.DecodeConfig(bytes.NewReader(b))
		if stdErr == nil && (err != nil || width != std.Width || height != std.Height) {
			t.Errorf("%d by %d, error %v; image/jpeg says %d by %d", width, height, err, std.Width, std.Height)
		}
	})
}
