package client

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// Limits of a photo, as the reference gives them.
const (
	maxPhotoBytes = 5 << 20
	minPhotoSide  = 192
)

// openPhoto finds out how to read a photo more than once and checks it: its size from the reader, its dimensions from
// its header.
func openPhoto(r io.Reader) (content io.ReaderAt, size int64, err error) {
	defer func() {
		// As in the middle of an upload, where the panic would be in a goroutine of the transport.
		if v := recover(); v != nil {
			err = fmt.Errorf("the reader panicked: %v", v)
		}
	}()
	content, size, err = contentOf(r)
	if err != nil {
		return nil, 0, err
	}
	if size == 0 {
		return nil, 0, argumentError("jpeg", "must not be empty")
	}
	if size > maxPhotoBytes {
		return nil, 0, argumentError("jpeg", "must have at most %d bytes, has %d more", maxPhotoBytes, size-maxPhotoBytes)
	}
	width, height, err := jpegSize(content, size)
	if err != nil {
		return nil, 0, err
	}
	if width != height {
		return nil, 0, argumentError("jpeg", "must be square, is %d by %d pixels", width, height)
	}
	if width < minPhotoSide {
		return nil, 0, argumentError("jpeg", "must be at least %d by %d pixels, is %d by %d",
			minPhotoSide, minPhotoSide, width, height)
	}
	return content, size, nil
}

// unreadPhoto tells a photo that broke a rule from one that could not be read.
func unreadPhoto(groupID string, err error) error {
	if _, ok := errors.AsType[*ArgumentError](err); ok {
		return err
	}
	cause := newRedactor(groupID).cause(err)
	return &Error{Op: setGroupPhoto.name, Message: "reading the photo", class: ErrNotSent, cause: cause}
}

// contentOf returns what is left of r from its current position, as a ReaderAt.
func contentOf(r io.Reader) (io.ReaderAt, int64, error) {
	switch r := r.(type) {
	case nil:
		return nil, 0, argumentError("jpeg", "must not be nil")
	case *os.File:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return rest(r, r, info.Size())
		}
	case interface { // *bytes.Reader, *strings.Reader, *io.SectionReader
		io.ReaderAt
		io.Seeker
		Size() int64
	}:
		return rest(r, r, r.Size())
	}
	b, err := io.ReadAll(io.LimitReader(r, maxPhotoBytes+1))
	if err != nil {
		return nil, 0, err
	}
	if len(b) > maxPhotoBytes {
		return nil, 0, argumentError("jpeg", "must have at most %d bytes, has more", maxPhotoBytes)
	}
	return bytes.NewReader(b), int64(len(b)), nil
}

func rest(r io.ReaderAt, s io.Seeker, size int64) (io.ReaderAt, int64, error) {
	position, err := s.Seek(0, io.SeekCurrent)
	if err != nil {
		return nil, 0, err
	}
	left := max(size-position, 0)
	if position == 0 {
		return r, left, nil
	}
	return io.NewSectionReader(r, position, left), left, nil
}
