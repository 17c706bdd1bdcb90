package client_test

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/cryptotest"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

func FuzzGroupIDPath(f *testing.F) {
	for _, id := range []string{
		clienttest.GroupID, "", ".", "..", "a/b", "a%2fb", "a?b", "a#b", "a b", "a\x00", "é", "a=b_c-", strings.Repeat("a", 257),
	} {
		f.Add("https://graph.facebook.com", "v23.0", id)
	}
	for _, base := range []string{
		"http://127.0.0.1:80/", "https://h/a/b//", "https://h//a", "https://[::1]:1/a:b", "http://h", "https://h/[x]",
		"https://h/;a", "https://h/a'b", "https://h/..a", "HTTPS://H/A", "http://localhost/./", "https://h/$&+,;=:@",
		"https://h%41/", "https://h:",
	} {
		f.Add(base, "v23.0", clienttest.GroupID)
	}
	f.Add("https://h", "v1.0/..", "g")
	goodID := regexp.MustCompile(`^[A-Za-z0-9_=-]{1,256}$`)
	goodVersion := regexp.MustCompile(`^v[0-9]+\.[0-9]+$`)
	f.Fuzz(func(t *testing.T, base, version, id string) {
		var sent *http.Request
		stop := errors.New("stop")
		catch := clienttest.DoerFunc(func(r *http.Request) (*http.Response, error) {
			sent = r
			return nil, stop
		})
		c, err := client.New(client.StaticToken(clienttest.Token), clienttest.NoRetries, client.WithHTTPClient(catch),
			client.WithBaseURL(base), client.WithAPIVersion(version))
		if err != nil {
			if clienttest.ClassesOf(err) != clienttest.ClassesOf(client.ErrInvalidArgument) {
				t.Errorf("New: %v", err)
			}
			return
		}
		if !goodVersion.MatchString(version) {
			t.Errorf("version %q was accepted", version)
		}
		_, err = c.DeleteGroup(t.Context(), id)
		if !goodID.MatchString(id) {
			if sent != nil || clienttest.ClassesOf(err) != clienttest.ClassesOf(client.ErrInvalidArgument) {
				t.Errorf("id %q: request %v, error %v", id, sent, err)
			}
			return
		}
		if sent == nil || !errors.Is(err, stop) {
			t.Fatalf("id %q: request %v, error %v", id, sent, err)
		}
		wanted, err := url.Parse(base)
		if err != nil {
			t.Fatal(err)
		}
		got, err := url.Parse(sent.URL.String())
		if err != nil {
			t.Fatal(err)
		}
		clienttest.Equal(t, "host", got.Host, strings.TrimSuffix(wanted.Host, ":")) // net/http drops an empty port
		clienttest.Equal(t, "path", got.Path, strings.TrimRight(wanted.Path, "/")+"/"+version+"/"+id)
		clienttest.Equal(t, "query, user and fragment", got.RawQuery+got.User.String()+got.Fragment, "")
		if address, err := netip.ParseAddr(got.Hostname()); got.Scheme != "https" &&
			!strings.EqualFold(got.Hostname(), "localhost") && (err != nil || !address.Unmap().IsLoopback()) {
			t.Errorf("the token travels in the clear to %s", got.Host)
		}
	})
}

func FuzzMultipart(f *testing.F) {
	for _, content := range []string{
		"", "x", "\r\n--", "--\r\n", strings.Repeat("\r\n--boundary", 20), string(clienttest.JPEGOf(192, 192)),
	} {
		f.Add([]byte(content), uint16(0))
		f.Add([]byte(content), uint16(4095))
	}
	f.Fuzz(func(t *testing.T, content []byte, step uint16) {
		cryptotest.SetGlobalRandom(t, 1) // the same boundary each time, for the sake of the coverage
		contentType, length, open := client.PhotoBody(bytes.NewReader(content), int64(len(content)))
		_, params, err := mime.ParseMediaType(contentType)
		if err != nil {
			t.Fatal(err)
		}
		var bodies [2]bytes.Buffer // two attempts
		for i := range bodies {
			if _, err := io.CopyBuffer(onlyWriter{&bodies[i]}, open(), make([]byte, int(step)+1)); err != nil {
				t.Fatal(err)
			}
			clienttest.Equal(t, "length", int64(bodies[i].Len()), length)
		}
		clienttest.Equal(t, "both attempts are the same", bytes.Equal(bodies[0].Bytes(), bodies[1].Bytes()), true)
		parts := multipart.NewReader(&bodies[0], params["boundary"])
		for _, want := range []struct{ name, content string }{{"messaging_product", "whatsapp"}, {"file", string(content)}} {
			part, err := parts.NextRawPart()
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(part)
			if err != nil || part.FormName() != want.name || string(got) != want.content {
				t.Errorf("part %s with %q, error %v", part.FormName(), got, err)
			}
		}
		if _, err := parts.NextRawPart(); !errors.Is(err, io.EOF) {
			t.Errorf("after the last part: %v", err)
		}
	})
}

// onlyWriter hides that a buffer could read for itself, in steps of its own.
type onlyWriter struct{ io.Writer }
