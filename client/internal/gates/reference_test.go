package gates

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"os"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// The calls as a program makes them that has no client: with net/http and encoding/json, checking no more than it must.

// groupURL is where all requests go.
const groupURL = client.DefaultBaseURL + "/" + client.DefaultAPIVersion + "/" + clienttest.GroupID

// byHand sends one request and decodes the response.
func byHand(c *http.Client, method, url, contentType string, body io.Reader, length int64, into any) error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, url, body)
	if err != nil {
		return err
	}
	req.ContentLength = length
	req.Header.Set("Authorization", "Bearer "+clienttest.Token)
	req.Header.Set("Accept", "application/json")
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := c.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", resp.StatusCode)
	}
	return json.NewDecoder(resp.Body).Decode(into)
}

type groupByHand struct {
	ID               string `json:"id"`
	Subject          string `json:"subject"`
	Description      string `json:"description"`
	JoinApprovalMode string `json:"join_approval_mode"`
	Suspended        bool   `json:"suspended"`
	Created          int64  `json:"creation_timestamp"`
	Participants     []struct {
		WaID string `json:"wa_id"`
	} `json:"participants"`
	Total int `json:"total_participant_count"`
}

type acceptanceByHand struct {
	Success   bool   `json:"success"`
	RequestID string `json:"request_id"`
}

func (a acceptanceByHand) err() error {
	if !a.Success {
		return errors.New("not accepted")
	}
	return nil
}

func getByHand(c *http.Client) func() error {
	return func() error {
		var g groupByHand
		if err := byHand(c, http.MethodGet, groupURL+"?fields=subject,description,join_approval_mode,suspended,"+
			"creation_timestamp,participants,total_participant_count", "", nil, 0, &g); err != nil {
			return err
		}
		if g.ID != clienttest.GroupID || len(g.Participants) != 8 {
			return fmt.Errorf("the response has %d participants", len(g.Participants))
		}
		return nil
	}
}

func deleteByHand(c *http.Client) func() error {
	return func() error {
		var a acceptanceByHand
		return errors.Join(byHand(c, http.MethodDelete, groupURL, "application/json", nil, 0, &a), a.err())
	}
}

func updateByHand(c *http.Client) func() error {
	subject := "Allotment Neighbours"
	return func() error {
		body, err := json.Marshal(struct {
			MessagingProduct string  `json:"messaging_product"`
			Subject          *string `json:"subject,omitempty"`
			Description      *string `json:"description,omitempty"`
		}{"whatsapp", &subject, nil})
		if err != nil {
			return err
		}
		var a acceptanceByHand
		err = byHand(c, http.MethodPost, groupURL, "application/json", bytes.NewReader(body), int64(len(body)), &a)
		return errors.Join(err, a.err())
	}
}

// uploadByHand sends a photo as one request of known length: the least that can be done.
func uploadByHand(c *http.Client, photo *os.File) func() error {
	return func() error {
		const boundary = "a-boundary-that-no-photo-contains"
		info, err := photo.Stat()
		if err != nil {
			return err
		}
		const prefix = "--" + boundary + "\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp" +
			"\r\n--" + boundary + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"photo.jpg\"\r\n" +
			"Content-Type: image/jpeg\r\n\r\n"
		const suffix = "\r\n--" + boundary + "--\r\n"
		body := io.MultiReader(strings.NewReader(prefix), io.NewSectionReader(photo, 0, info.Size()),
			strings.NewReader(suffix))
		length := int64(len(prefix)) + info.Size() + int64(len(suffix))
		var a acceptanceByHand
		err = byHand(c, http.MethodPost, groupURL, "multipart/form-data; boundary="+boundary, body, length, &a)
		return errors.Join(err, a.err())
	}
}

// uploadByPipe sends a photo as many programs do: a goroutine writes the form, so its length is not known.
func uploadByPipe(c *http.Client, photo *os.File) func() error {
	return func() error {
		r, w := io.Pipe()
		defer func() { _ = r.Close() }()
		form := multipart.NewWriter(w)
		go func() { _ = w.CloseWithError(writeForm(form, photo)) }()
		var a acceptanceByHand
		return errors.Join(byHand(c, http.MethodPost, groupURL, form.FormDataContentType(), r, -1, &a), a.err())
	}
}

func writeForm(form *multipart.Writer, photo *os.File) error {
	info, err := photo.Stat()
	if err != nil {
		return err
	}
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="photo.jpg"`}, "Content-Type": {"image/jpeg"},
	})
	if err != nil {
		return err
	}
	_, err = io.Copy(part, io.NewSectionReader(photo, 0, info.Size()))
	return errors.Join(err, form.WriteField("messaging_product", "whatsapp"), form.Close())
}

// inPlaceOfNetwork is a client with net/http's own transport, behind which rt responds.
func inPlaceOfNetwork(rt http.RoundTripper) *http.Client {
	t := &http.Transport{TLSNextProto: map[string]func(string, *tls.Conn) http.RoundTripper{}} // no HTTP/2 of its own
	t.RegisterProtocol("https", rt)
	return &http.Client{Transport: t}
}

// memory responds from memory: with a group of 8 participants, as many as there can be, to a read, and with an
// acceptance to a change. Its bodies are of a type of net/http, as they are with a network. Two allocations of each
// call are its own.
type memory struct{ header http.Header }

const fullGroup = `{"id":"` + clienttest.GroupID + `","messaging_product":"whatsapp","join_approval_mode":"auto_approve",` +
	`"subject":"Allotment Neighbours","description":"Seeds, water rota and the key to the shed.",` +
	`"suspended":false,"creation_timestamp":1735689600,"participants":[` +
	`{"wa_id":"15550100001"},{"wa_id":"15550100002"},{"wa_id":"15550100003"},{"wa_id":"15550100004"},` +
	`{"wa_id":"15550100005"},{"wa_id":"15550100006"},{"wa_id":"15550100007"},{"wa_id":"15550100008"}],` +
	`"total_participant_count":8}`

var (
	groupBody      = []byte(fullGroup)
	acceptanceBody = []byte(`{"success":true,"request_id":"106540352242922"}`)
	shortHeader    = http.Header{
		"Content-Type":         {"application/json"},
		"Facebook-Api-Version": {client.DefaultAPIVersion},
		"X-Fb-Trace-Id":        {"BZq3v7kPp1d"},
	}
)

// graphHeader is the header of a response as Graph sends it.
func graphHeader() http.Header {
	return http.Header{
		"Access-Control-Allow-Origin": {"*"}, "Alt-Svc": {`h3=":443"; ma=86400`},
		"Cache-Control": {"private, no-cache, no-store, must-revalidate"}, "Connection": {"keep-alive"},
		"Content-Length": {"412"}, "Content-Type": {"application/json; charset=UTF-8"},
		"Date": {"Fri, 31 Oct 2025 05:02:58 GMT"}, "Expires": {"Sat, 01 Jan 2000 00:00:00 GMT"},
		"Etag": {`"4c9a6f0d2b7be80e2c7f6a1f5d0c3f5b8e9a7d11"`}, "Facebook-Api-Version": {"v23.0"}, "Pragma": {"no-cache"},
		"Proxy-Status":              {`http_request_error; e_proxy="AcJkQ1"; e_isproxyer="AcIHF4A"; e_upip="AcLq7z"`},
		"Strict-Transport-Security": {"max-age=15552000; preload"}, "Vary": {"Origin, Accept-Encoding"},
		"X-App-Usage": {`{"call_count":28,"total_cputime":25,"total_time":25}`},
		"X-Business-Use-Case-Usage": {`{"102290129340398":[{"type":"whatsapp_business_management","call_count":1,` +
			`"total_cputime":1,"total_time":1,"estimated_time_to_regain_access":0}]}`},
		"X-Fb-Connection-Quality": {"EXCELLENT; q=0.9, rtt=12, rtx=0, c=10, mss=1380, tbw=3402"},
		"X-Fb-Debug":              {"k3UqXvQpYt0r9JmZf5s1Lw2eHcN8dBgTa7oKiRjVzWxMyPuCbEnDhGlQsFtAeIrO4YkUmZpXcVbN6w8q2LjS5g=="},
		"X-Fb-Request-Id":         {"AcVhTq8mVfD1rEOkzU2bqWx"}, "X-Fb-Rev": {"1030000000"}, "X-Fb-Trace-Id": {"BZq3v7kPp1d"},
	}
}

// RoundTrip reads the request to its end, as a network would.
func (m memory) RoundTrip(req *http.Request) (*http.Response, error) {
	content := acceptanceBody
	if req.Method == http.MethodGet {
		content = groupBody
	}
	if req.Body != nil {
		_, err := io.Copy(io.Discard, req.Body) // whose buffers are pooled
		_ = req.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	a := new(memoryResponse)
	a.body.Reset(content)
	a.response = http.Response{
		StatusCode: http.StatusOK, Header: m.header, ContentLength: int64(len(content)), Request: req,
		Body: http.MaxBytesReader(nil, &a.body, math.MaxInt64),
	}
	return &a.response, nil
}

type memoryResponse struct {
	response http.Response
	body     memoryBody
}

type memoryBody struct{ bytes.Reader }

func (*memoryBody) Close() error { return nil }
