package fakegraph

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"
	"io"
	"mime"
	"mime/multipart"
	"slices"
	"strings"
)

// The names under which clients send the photo.
const (
	partFile    = "file"
	partPicture = "profile_picture_file"
)

// readPhoto takes the photo out of a multipart body. The parts are read here and not by openapi3filter, which copies
// a photo of 5 MiB several times; the schema is then asked about their names and texts.
func (s *Server) readPhoto(x *exchange, boundary string) ([]byte, *graphError) {
	if boundary == "" {
		return nil, errInvalid("Content-Type: multipart/form-data without a boundary")
	}
	c := s.contract
	var photo []byte
	value := map[string]any{}
	for parts := multipart.NewReader(bytes.NewReader(x.body), boundary); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, errInvalid("body: not a well-formed multipart body")
		}
		name := part.FormName()
		isPhoto := name == partFile || name == partPicture
		if isPhoto {
			if !slices.Contains(s.config.photoParts, name) {
				return nil, errPhotoPart(name)
			}
			name = partFile // as the contract calls it
		}
		if _, twice := value[name]; twice {
			return nil, errInvalid("body: part %q stands more than once", x.quote(name))
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, errInvalid("body: part %q is cut off", x.quote(name))
		}
		value[name] = string(content[:min(len(content), 256)])
		if isPhoto {
			value[name] = ""
			if e := c.checkPartType(x, part.Header.Get("Content-Type")); e != nil {
				return nil, e
			}
			photo = content
		}
	}
	if err := c.checkValue(c.photo.Schema.Value, bodyName, value); err != nil {
		return nil, x.errContract(err)
	}
	if photo == nil {
		return nil, errInvalid("file: the part is missing")
	}
	return photo, c.checkPhoto(photo)
}

func (c *contract) checkPartType(x *exchange, header string) *graphError {
	wanted := c.photo.Encoding["file"]
	media, _, err := mime.ParseMediaType(header)
	if header == "" {
		media, err = "text/plain", nil // what RFC 7578 makes of a part without a type
	}
	if err != nil || !wanted.AllowsContentType(media) {
		return errInvalid("file: the part must have the type %s, this one has %s", wanted.ContentType, x.quote(media))
	}
	return nil
}

// photoError is [contract.checkPhoto] outside of a request.
func (c *contract) photoError(photo []byte) error {
	e := c.checkPhoto(photo)
	if e == nil {
		return nil
	}
	_, rule, _ := strings.Cut(e.text(), ") ")
	return errors.New("photo: " + strings.TrimPrefix(rule, "Invalid parameter: file: "))
}

func (c *contract) checkPhoto(photo []byte) *graphError {
	if limit := c.photoLimits.MaxBytes; len(photo) > limit {
		return errInvalid("file: %d bytes, at most %d are allowed", len(photo), limit)
	}
	size, err := jpeg.DecodeConfig(bytes.NewReader(photo))
	if err != nil {
		return errInvalid("file: not a JPEG")
	}
	pixels := fmt.Sprintf("The photo has %d by %d pixels", size.Width, size.Height)
	if c.photoLimits.Square && size.Width != size.Height {
		return errPhoto(131209, "Group photo is not square", pixels+".")
	}
	if least := c.photoLimits.MinSide; min(size.Width, size.Height) < least {
		return errPhoto(131210, "Group photo is too small", fmt.Sprintf("%s, %d by %d are needed.", pixels, least, least))
	}
	return nil
}
