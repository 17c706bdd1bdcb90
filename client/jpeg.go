package client

import (
	"bufio"
	"errors"
	"io"
)

// JPEG markers that matter for finding the size.
const (
	jpegSOI = 0xd8 // start of image
	jpegEOI = 0xd9 // end of image
	jpegSOS = 0xda // start of scan: compressed data follows
	jpegTEM = 0x01
)

// jpegSize reads a JPEG's width and height from its frame header. Package image/jpeg would do, at the price of 20 KiB
// for each photo and of a decoder in every program.
func jpegSize(r io.Reader) (width, height int, err error) {
	br := bufio.NewReaderSize(r, 512)
	var b [5]byte
	if _, err := io.ReadFull(br, b[:2]); err != nil || b[0] != 0xff || b[1] != jpegSOI {
		return 0, 0, notJPEG("it does not start like one", err)
	}
	for {
		marker, err := nextMarker(br)
		if err != nil {
			return 0, 0, notJPEG("it ends before its size is given", err)
		}
		if marker == jpegSOS || marker == jpegEOI {
			return 0, 0, notJPEG("its size is not given", nil)
		}
		if _, err := io.ReadFull(br, b[:2]); err != nil {
			return 0, 0, notJPEG("it ends before its size is given", err)
		}
		length := int(b[0])<<8 | int(b[1])
		if length < 2 {
			return 0, 0, notJPEG("a segment has an impossible length", nil)
		}
		if isFrameHeader(marker) {
			if _, err := io.ReadFull(br, b[:5]); err != nil {
				return 0, 0, notJPEG("it ends before its size is given", err)
			}
			return int(b[3])<<8 | int(b[4]), int(b[1])<<8 | int(b[2]), nil
		}
		if _, err := br.Discard(length - 2); err != nil {
			return 0, 0, notJPEG("it ends before its size is given", err)
		}
	}
}

// nextMarker skips to a marker that has a segment. Bytes between segments are an error of the file that decoders
// forgive, so they are skipped too.
func nextMarker(br *bufio.Reader) (byte, error) {
	for {
		c, err := br.ReadByte()
		if err != nil {
			return 0, err
		}
		if c != 0xff {
			continue
		}
		for c == 0xff { // any number of fill bytes may precede a marker
			if c, err = br.ReadByte(); err != nil {
				return 0, err
			}
		}
		isRestart := 0xd0 <= c && c <= 0xd7
		if c != 0 && c != jpegTEM && !isRestart {
			return c, nil
		}
	}
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
