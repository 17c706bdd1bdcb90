package client

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// Limits of a photo, as the reference gives them.
const (
	maxPhotoBytes = 5 << 20
	minPhotoSide  = 192
)

// photoUpload is a photo on its way, under one of the names of photoParts.
type photoUpload struct {
	form     *photoForm // nil for a call without a photo
	part     int
	content  io.ReaderAt
	size     int64
	switched bool
	refusal  outcome // of the first name, once switched
}

func (p *photoUpload) payload() *payload { return p.form.payload(p.part, p.content, p.size) }

// otherPart switches, once in a call, to the other name when the server refuses a photo that has passed our checks for
// its parameters.
func (p *photoUpload) otherPart(o *outcome) bool {
	if p.form == nil || p.switched || !refusesParameter(o) {
		return false
	}
	p.switched, p.refusal = true, *o
	p.part = (p.part + 1) % len(photoParts)
	return true
}

// explained returns the first refusal if the server refuses both names: it is about the photo then, or the group.
func (p *photoUpload) explained(o *outcome) *outcome {
	if p.switched && refusesParameter(o) {
		return &p.refusal
	}
	return o
}

// refusesParameter leaves out what else code 100 says: no such group, and a refused proof.
func refusesParameter(o *outcome) bool {
	code := o.graph.code
	return o.class == ErrInvalidRequest && (code == codeInvalidParameter || code == 131008 || code == 131009)
}

// openPhoto finds out how to read a photo more than once and checks it: its size from the reader, its dimensions from
// its header.
func openPhoto(ctx context.Context, deadline time.Time, r io.Reader) (content io.ReaderAt, size int64, err error) {
	if isNil(r) {
		return nil, 0, argumentError("jpeg", "must not be nil")
	}
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	defer func() {
		// As in the middle of an upload, where the panic would be in a goroutine of the transport.
		if v := recover(); v != nil {
			err = fmt.Errorf("the reader panicked: %v", v)
		}
	}()
	content, size, err = contentOf(ctx, deadline, r)
	if err != nil {
		return nil, 0, err
	}
	if size == 0 {
		return nil, 0, argumentError("jpeg", "must not be empty")
	}
	if size > maxPhotoBytes {
		return nil, 0, argumentError("jpeg", "must have at most %d bytes, has more", maxPhotoBytes)
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
func (t *tenant) unreadPhoto(groupID string, err error) error {
	if _, ok := errors.AsType[*ArgumentError](err); ok {
		return err
	}
	o := miss("reading the photo", err)
	k := call{tenant: t, op: &setGroupPhoto, groupID: groupID}
	if static, ok := t.tokens.(StaticToken); ok {
		k.token = string(static)
	}
	return k.err(&o)
}

// contentOf returns what is left of r from its current position, as a ReaderAt. A type that embeds one of those named
// here may read something else than its ReadAt does.
func contentOf(ctx context.Context, deadline time.Time, r io.Reader) (io.ReaderAt, int64, error) {
	switch r := r.(type) {
	case *os.File:
		if info, err := r.Stat(); err == nil && info.Mode().IsRegular() {
			return rest(r, r, info.Size())
		}
	case *bytes.Reader:
		return rest(r, r, r.Size())
	case *strings.Reader:
		return rest(r, r, r.Size())
	case *io.SectionReader:
		return rest(r, r, r.Size())
	}
	b, err := io.ReadAll(io.LimitReader(&boundedReader{ctx: ctx, deadline: deadline, r: r}, maxPhotoBytes+1))
	if err != nil {
		return nil, 0, err
	}
	return bytes.NewReader(b), int64(len(b)), nil
}

// boundedReader ends with the call between two reads, and when its reader makes no progress.
type boundedReader struct {
	ctx      context.Context
	deadline time.Time // zero for none
	r        io.Reader
	empty    int
}

func (r *boundedReader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if !r.deadline.IsZero() && !time.Now().Before(r.deadline) {
		return 0, context.DeadlineExceeded
	}
	n, err := r.r.Read(b)
	if n < 0 || n > len(b) {
		return 0, errors.New("the reader returned an impossible count")
	}
	if r.empty++; n > 0 {
		r.empty = 0
	}
	if r.empty == maxEmptyReads && err == nil {
		return 0, io.ErrNoProgress
	}
	return n, err
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

// JPEG markers that matter for finding the size.
const (
	jpegSOI = 0xd8 // start of image
	jpegEOI = 0xd9 // end of image
	jpegSOS = 0xda // start of scan: compressed data follows
	jpegTEM = 0x01
)

// jpegSize reads a JPEG's width and height from its frame header. Package image/jpeg would do, at the price of 20 KiB
// for each photo and of a decoder in every program.
func jpegSize(r io.ReaderAt, size int64) (width, height int, err error) {
	h := &jpegHeader{r: r, size: size}
	if b, err := h.take(2); err != nil || b[0] != 0xff || b[1] != jpegSOI {
		return 0, 0, notJPEG("it does not start like one", err)
	}
	for {
		marker, err := h.nextMarker()
		if err != nil {
			return 0, 0, notJPEG("it ends before its size is given", err)
		}
		if marker == jpegSOS || marker == jpegEOI {
			return 0, 0, notJPEG("its size is not given", nil)
		}
		b, err := h.take(2)
		if err != nil {
			return 0, 0, notJPEG("it ends before its size is given", err)
		}
		length := int(b[0])<<8 | int(b[1])
		if length < 2 {
			return 0, 0, notJPEG("a segment has an impossible length", nil)
		}
		if isFrameHeader(marker) {
			b, err := h.take(5)
			if err != nil {
				return 0, 0, notJPEG("it ends before its size is given", err)
			}
			return int(b[3])<<8 | int(b[4]), int(b[1])<<8 | int(b[2]), nil
		}
		h.skip(length - 2)
	}
}

// jpegHeader reads forward through a JPEG, a little at a time: what is skipped is not read.
type jpegHeader struct {
	r      io.ReaderAt
	at     int64 // where window begins
	size   int64
	window []byte // of buffer, what was read and not taken
	buffer [512]byte
}

// take returns the next n bytes, which are valid until the next take.
func (h *jpegHeader) take(n int) ([]byte, error) {
	if len(h.window) < n {
		if h.size-h.at < int64(n) {
			return nil, io.ErrUnexpectedEOF
		}
		read := 0
		for read < n {
			m, err := h.r.ReadAt(h.buffer[read:], h.at+int64(read))
			read += m
			if read < n && (err != nil || m == 0) {
				return nil, cmp.Or(err, io.ErrNoProgress)
			}
		}
		h.window = h.buffer[:read]
	}
	b := h.window[:n]
	h.skip(n)
	return b, nil
}

func (h *jpegHeader) skip(n int) {
	h.window = h.window[min(n, len(h.window)):]
	h.at += int64(n)
}

// nextMarker skips to a marker that has a segment. Bytes between segments are an error of the file that decoders
// forgive, so they are skipped too.
func (h *jpegHeader) nextMarker() (byte, error) {
	for {
		c, err := h.takeByte()
		if err != nil {
			return 0, err
		}
		if c != 0xff {
			continue
		}
		for c == 0xff { // any number of fill bytes may precede a marker
			if c, err = h.takeByte(); err != nil {
				return 0, err
			}
		}
		isRestart := 0xd0 <= c && c <= 0xd7
		if c != 0 && c != jpegTEM && !isRestart {
			return c, nil
		}
	}
}

func (h *jpegHeader) takeByte() (byte, error) {
	b, err := h.take(1)
	if err != nil {
		return 0, err
	}
	return b[0], nil
}

// isFrameHeader is true for SOF0 to SOF15; three of these numbers mean something else.
func isFrameHeader(marker byte) bool {
	return 0xc0 <= marker && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc
}

// notJPEG tells a file that is no JPEG from one that could not be read.
func notJPEG(reason string, err error) error {
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return argumentError("jpeg", "must be a JPEG: %s", reason)
}
