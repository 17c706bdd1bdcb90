package gates

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

type codeBlock struct{ language, text string }

func readmeBlocks(t *testing.T) (blocks []codeBlock) {
	t.Helper()
	fence := regexp.MustCompile("(?ms)^```([^\n]*)\n(.*?)^```$")
	for _, m := range fence.FindAllStringSubmatch(clienttest.ReadFile(t, top+"/README.md"), -1) {
		blocks = append(blocks, codeBlock{m[1], m[2]})
	}
	return blocks
}

// What the parts of a program that the README shows leave out.
const (
	aroundTest = `package main

import (
	"testing"

	"` + module + `/client"
	"` + module + `/client/fakegraph"
)

`
	aroundChange = `package main

import (
	"context"
	"net/http"
	"os"

	"` + module + `/client"
	"` + module + `/client/webhook"
)

func change(ctx context.Context, c *client.Client, id, subject string) (*webhook.Event, error) {
`
)

// readmeModule puts the program of the README, the change and the test into a module outside of this one.
func readmeModule(t *testing.T) (folder string) {
	t.Helper()
	var program string
	files := map[string]string{"change.go": aroundChange, "main_test.go": aroundTest}
	for _, b := range readmeBlocks(t) {
		switch {
		case b.language != "go":
		case strings.Contains(b.text, "\nfunc main() {\n"):
			program += b.text
		case strings.HasPrefix(b.text, "func Test"):
			files["main_test.go"] += b.text
		default:
			files["change.go"] += b.text
		}
	}
	files["change.go"] += "return event, err\n}\n"
	folder = outside(t, program)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func TestReadmeCodeCompiles(t *testing.T) {
	t.Parallel()
	goLines(t, readmeModule(t), "vet", ".")
}
