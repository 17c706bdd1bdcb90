package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

// startFakeCommand runs "wagroups fake" on a free port until the test ends, and returns where it says that it is.
func startFakeCommand(t *testing.T, args ...string) fakeResult {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	out, stdout := io.Pipe()
	var stderr bytes.Buffer
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, append([]string{"fake", "--addr", "127.0.0.1:0", "--output", "json"}, args...),
			streams{Out: stdout, Err: &stderr, IsTerminal: isTerminal}, func(string) string { return "" })
		_ = stdout.Close()
	}()
	t.Cleanup(func() {
		cancel()
		if code := <-done; code != exitOK || stderr.Len() > 0 {
			t.Errorf("fake ended with exit code %d, stderr %q", code, stderr.String())
		}
	})
	var result fakeResult
	if err := json.NewDecoder(out).Decode(&result); err != nil {
		cancel()
		t.Fatalf("fake printed no JSON: %v", err)
	}
	return result
}

func TestFakeAndTheOtherCommands(t *testing.T) {
	fake := startFakeCommand(t)
	id := fake.Groups[0].ID
	w := world{env: map[string]string{envToken: "any-token", envBaseURL: fake.URL}}
	w.expect(t, "Group    "+id+"\nSubject  Allotment Neighbours\n", "get", id, "--fields", "subject")
	w.expect(t, "Accepted. WhatsApp applies the change later; request id FA4E0000000000000000000000000001.\n",
		"update", id, "--subject", "X")
	w.expect(t, "{\n  \"id\": \""+id+"\",\n  \"subject\": \"X\"\n}\n", "get", id, "--fields", "subject", "-o", "json")
	w.expect(t, "Accepted. WhatsApp applies the change later; request id FA4E0000000000000000000000000002.\n",
		"photo", id, writeFile(t, "photo.jpg", jpegOf(t, 192, 192)))
	w.expect(t, "Accepted. WhatsApp deletes the group later.\n", "delete", id, "--yes")
	if code, _, _ := w.run(t, "get", id); code != exitNotFound {
		t.Errorf("after the deletion get has exit code %d", code)
	}
}

// The three requests of the reference page, as its cURL samples send them, and the upload that it describes.
func TestFakeAndTheReferencePage(t *testing.T) {
	fake := startFakeCommand(t)
	id := fake.Groups[0].ID
	send := func(method, contentType string, body io.Reader) string {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, fake.URL+"/"+fake.APIVersion+"/"+id, body)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer <Token>")
		req.Header.Set("Content-Type", contentType)
		req.Header.Set("User-Agent", "curl/8.5.0")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		answer, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d, error %v", method, resp.StatusCode, err)
		}
		return string(answer)
	}
	sample := func(method string) string { return send(method, "application/json", strings.NewReader("{}")) }

	if got, want := sample("GET"), `{"id":"`+id+`","messaging_product":"whatsapp"}`; got != want {
		t.Errorf("GET answered %s, want %s", got, want)
	}
	if got, want := sample("POST"), `{"messaging_product":"whatsapp","request_id":"FA4E0000000000000000000000000001"}`; got != want {
		t.Errorf("POST answered %s, want %s", got, want)
	}
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	_ = parts.WriteField("messaging_product", "whatsapp")
	file, err := parts.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="photo.jpg"`}, "Content-Type": {"image/jpeg"},
	})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.Write(jpegOf(t, 192, 192))
	_ = parts.Close()
	if got, want := send("POST", parts.FormDataContentType(), &form),
		`{"messaging_product":"whatsapp","request_id":"FA4E0000000000000000000000000002"}`; got != want {
		t.Errorf("the upload answered %s, want %s", got, want)
	}
	if got, want := sample("DELETE"), `{"success":true}`; got != want {
		t.Errorf("DELETE answered %s, want %s", got, want)
	}
}

func TestFakeSeed(t *testing.T) {
	path := writeFile(t, "groups.json",
		[]byte(`{"groups": [{"id": "Zone", "subject": "One"}, {"id": "Ztwo", "suspended": true}]}`))
	fake := startFakeCommand(t, "--seed", path)
	if len(fake.Groups) != 2 || fake.Groups[0] != (seedGroup{"Zone", "One"}) || fake.Groups[1] != (seedGroup{"Ztwo", ""}) {
		t.Errorf("it shows the groups %v", fake.Groups)
	}
	w := world{env: map[string]string{envToken: "any-token", envBaseURL: fake.URL}}
	w.expect(t, "Group      Ztwo\nSuspended  yes\n", "get", "Ztwo", "--fields", "suspended")
	if code, _, _ := w.run(t, "update", "Ztwo", "--subject", "x"); code != exitUnauthorized {
		t.Errorf("a suspended group can be changed: exit code %d", code)
	}
}

func TestFakeBrokenSeed(t *testing.T) {
	w := world{}
	for _, c := range []struct{ seed, position, reason string }{
		{"{\"groups\": [\n  {\"id\": }]}", ":2:10: ", "invalid character '}'"},
		{"{\"groups\": [\n  {\"id\": \"Zx\",\n   \"colour\": \"red\"}]}", ":3:4: ", `unknown key "colour" in a group`},
		{"{\"groups\": [\n  {\"id\": \"" + testID + "/\"}]}", ":2:3: ", "invalid group: id: "},
		{"{\"groups\": [{\"id\": 7}]}", ":1:20: ", "id: "},
		{"", ":1:1: ", "unexpected end of JSON input"},
	} {
		path := writeFile(t, "groups.json", []byte(c.seed))
		code, out, errOut := w.run(t, "fake", "--addr", "127.0.0.1:0", "--seed", path)
		if code != exitUsage || out != "" || strings.Count(errOut, "\n") != 1 ||
			!strings.HasPrefix(errOut, "wagroups: "+path+c.position+c.reason) {
			t.Errorf("exit code %d, stdout %q, stderr %s", code, out, errOut)
		}
	}
	missing := filepath.Join(t.TempDir(), "missing.json")
	code, _, errOut := w.run(t, "fake", "--seed", missing)
	if code != exitUsage || !strings.HasPrefix(errOut, "wagroups: "+missing+": ") {
		t.Errorf("a missing seed: exit code %d, stderr %q", code, errOut)
	}
	folder := t.TempDir()
	w.expectFailure(t, exitUsage, "wagroups: "+folder+": is a directory", "fake", "--seed", folder)
}

func TestFakeAddress(t *testing.T) {
	other := fakegraph.Start(t)
	w := world{}
	code, _, errOut := w.run(t, "fake", "--addr", strings.TrimPrefix(other.URL(), "http://"))
	if code != exitOther || strings.Count(errOut, "\n") != 1 || !strings.HasSuffix(errOut, "; choose another --addr\n") {
		t.Errorf("an address in use: exit code %d, stderr %q", code, errOut)
	}
	code, _, errOut = w.run(t, "fake", "--addr", "8080")
	if code != exitUsage || !strings.HasPrefix(errOut,
		"wagroups: --addr: must be a host, a colon and a port, such as 127.0.0.1:8080\n\n") {
		t.Errorf("no address: exit code %d, stderr %q", code, errOut)
	}
	for host, want := range map[string]bool{
		"localhost": true, "127.0.0.1": true, "127.9.9.9": true, "::1": true, "::ffff:127.0.0.1": true,
		"": false, "0.0.0.0": false, "::": false, "192.0.2.1": false, "example.com": false,
	} {
		if isLoopback(host) != want {
			t.Errorf("isLoopback(%q) is %t", host, !want)
		}
	}
}
