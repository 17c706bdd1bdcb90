package reference

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"

	"github.com/wagroups/wagroups-go/gen"
)

// Photo writes a square JPEG of n bytes, as far as its size, to a file and opens it.
func Photo(folder string, n int) (*os.File, error) {
	start := []byte{
		0xff, 0xd8, // start of image
		0xff, 0xc0, 0, 11, 8, 0, 192, 0, 192, 1, 1, 0x11, 0, // frame header: 192 by 192 pixels
		0xff, 0xd9, // end of image
	}
	name := filepath.Join(folder, fmt.Sprintf("photo-%d.jpg", n))
	if err := os.WriteFile(name, append(start, make([]byte, n-len(start))...), 0o600); err != nil {
		return nil, err
	}
	return os.Open(name)
}

// MultiReader uploads a photo as one request of known length, without any check: the least that can be done.
func MultiReader(base string, c *http.Client, photo *os.File) error {
	const boundary = "a-boundary-that-no-photo-contains"
	info, err := photo.Stat()
	if err != nil {
		return err
	}
	prefix := "--" + boundary + "\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp" +
		"\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\n" +
		"Content-Type: image/jpeg\r\n\r\n"
	const suffix = "\r\n--" + boundary + "--\r\n"
	body := io.MultiReader(strings.NewReader(prefix), io.NewSectionReader(photo, 0, info.Size()),
		strings.NewReader(suffix))
	length := int64(len(prefix)) + info.Size() + int64(len(suffix))
	return post(base, c, body, length, "multipart/form-data; boundary="+boundary)
}

// Pipe uploads a photo as many programs do: a goroutine writes the form into a pipe, so its length is not known.
func Pipe(base string, c *http.Client, photo *os.File) error {
	r, w := io.Pipe()
	defer func() { _ = r.Close() }()
	form := multipart.NewWriter(w)
	go func() { _ = w.CloseWithError(writeForm(form, photo)) }()
	return post(base, c, r, -1, form.FormDataContentType())
}

// Buffered uploads a photo from a form that was built in memory.
func Buffered(base string, c *http.Client, photo *os.File) error {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if err := writeForm(form, photo); err != nil {
		return err
	}
	return post(base, c, &b, int64(b.Len()), form.FormDataContentType())
}

func writeForm(form *multipart.Writer, photo *os.File) error {
	info, err := photo.Stat()
	if err != nil {
		return err
	}
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="photo.jpg"`},
		"Content-Type":        {"image/jpeg"},
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(part, io.NewSectionReader(photo, 0, info.Size()))
	return errors.Join(err, form.WriteField("messaging_product", "whatsapp"), form.Close())
}

func post(base string, c *http.Client, body io.Reader, length int64, contentType string) error {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodPost,
		base+"/"+string(gen.APIVersionDocumented)+"/"+GroupID, body)
	if err != nil {
		return err
	}
	req.ContentLength = length
	req.Header.Set("Authorization", "Bearer "+Token)
	req.Header.Set("Content-Type", contentType)
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return nil
}
