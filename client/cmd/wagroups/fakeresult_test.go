package main

import (
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

func TestFakeTable(t *testing.T) {
	id := sampleGroup().ID
	groups := []seedGroup{{id, "Allotment\x1b[2J"}, {"Z2", ""}, {"Z3", "Three"}, {"Z4", "Four"}, {"Z5", "Five"}}
	got := fakeResult{URL: "http://127.0.0.1:8080", APIVersion: "v23.0", Groups: groups}.table(page{})
	want := `Fake Graph server at http://127.0.0.1:8080, API v23.0. Ctrl-C stops it.

Groups:
  ` + id + "  Allotment\uFFFD[2J" + `
  Z2
  Z3  Three
  and 2 more

A program in any language needs:
  base URL       http://127.0.0.1:8080 in place of https://graph.facebook.com
  path           /v23.0/GROUP_ID
  Authorization  Bearer any-token; any other will do too

With this command:
  export WAGROUPS_BASE_URL=http://127.0.0.1:8080 WHATSAPP_ACCESS_TOKEN=any-token
  wagroups get ` + id + `
With curl:
  curl 'http://127.0.0.1:8080/v23.0/` + id + `?fields=subject,participants' \
    --header 'Authorization: Bearer any-token'
With Go:
  client.New(client.StaticToken("any-token"), client.WithBaseURL("http://127.0.0.1:8080"))
`
	if got != want {
		t.Errorf("it printed\n%s\nwant\n%s", got, want)
	}
	empty := fakeResult{URL: "http://127.0.0.1:8080", APIVersion: "v23.0"}.table(page{})
	if !strings.Contains(empty, "Ctrl-C stops it.\n\nIt has no groups.\n") ||
		!strings.Contains(empty, "curl 'http://127.0.0.1:8080/v23.0/GROUP_ID?") {
		t.Errorf("without groups it printed\n%s", empty)
	}
}

// What the fake says of itself to programs in any language is so. The commands that it prints are run by TestReadme.
func TestFakeInstructions(t *testing.T) {
	fake := startFakeCommand(t)
	text := fake.table(page{})
	fact := func(name string) string {
		m := regexp.MustCompile(`(?m)^  ` + name + ` +(\S+)`).FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("there is no %s in\n%s", name, text)
		}
		return m[1]
	}
	url := fact("base URL") + strings.Replace(fact("path"), "GROUP_ID", fake.Groups[0].ID, 1)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", fact("Authorization")+" of-any-kind")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	answer, _ := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Errorf("status %d, the answer is %s", resp.StatusCode, answer)
	}
}

// A program in Go that does as the fake says is compiled.
func TestFakeInstructionsGo(t *testing.T) {
	t.Parallel()
	text := fakeResult{URL: "http://127.0.0.1:8080", APIVersion: "v23.0"}.table(page{})
	_, call, found := strings.Cut(text, "With Go:\n")
	if !found {
		t.Fatalf("there is no Go in\n%s", text)
	}
	program := "package main\n\nimport \"github.com/wagroups/wagroups-go/client\"\n\nfunc main() {\n" +
		"c, err := " + call + "_, _ = c, err\n}\n"
	vet := exec.CommandContext(t.Context(), "go", "vet", writeFile(t, "main.go", []byte(program)))
	vet.Dir = top
	if out, err := vet.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestFakeQuiet(t *testing.T) {
	if got := (fakeResult{URL: "http://127.0.0.1:8080", quiet: true}).table(page{}); got != "http://127.0.0.1:8080\n" {
		t.Errorf("it printed %q", got)
	}
	// The JSON is what was asked for.
	if fake := startFakeCommand(t, "--quiet"); len(fake.Groups) != 1 {
		t.Errorf("it showed %+v", fake)
	}
}
