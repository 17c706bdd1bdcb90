package clienttest

import (
	"bytes"
	"image"
	"image/jpeg"
	"sync"
)

// RealPhoto is a JPEG that decodes.
var RealPhoto = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 192, 192)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
})

// JPEGOf is a JPEG as far as its size: the start, a frame header and the end.
func JPEGOf(width, height int) []byte {
	return []byte{
		0xff, 0xd8,
		0xff, 0xc0, 0, 11, 8, byte(height >> 8), byte(height), byte(width >> 8), byte(width), 1, 1, 0x11, 0,
		0xff, 0xd9,
	}
}

// JPEGOfSize is a JPEG of n bytes, most of which follow its end.
func JPEGOfSize(n int) []byte {
	b := JPEGOf(192, 192)
	return append(b, bytes.Repeat([]byte{0x5a}, n-len(b))...)
}

// Photo is one that SetGroupPhoto takes.
func Photo() *bytes.Reader { return bytes.NewReader(JPEGOf(192, 192)) }
