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

// readmeModule puts the program of the README, what belongs to it and the test into a module outside of this one. The
// program asks a server that the environment names, in place of Graph.
func readmeModule(t *testing.T) (folder string) {
	t.Helper()
	const token = `client.StaticToken(os.Getenv("WHATSAPP_ACCESS_TOKEN"))`
	var program, part, test string
	for _, b := range readmeBlocks(t) {
		switch {
		case b.language != "go":
		case strings.Contains(b.text, "\nfunc main() {\n"):
			program += strings.Replace(b.text, token, token+`, client.WithBaseURL(os.Getenv("WAGROUPS_BASE_URL"))`, 1)
		case strings.Contains(b.text, "\nfunc Test"):
			test += b.text
		default:
			part += b.text
		}
	}
	folder = outside(t, program)
	for name, text := range map[string]string{"outcomes.go": part, "main_test.go": test} {
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
