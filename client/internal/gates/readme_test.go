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

// readmeModule puts the program and the test of the README into a module outside of this one. The program asks a server
// that the environment names, in place of Graph.
func readmeModule(t *testing.T) (folder string) {
	t.Helper()
	const token = `client.StaticToken(os.Getenv("WHATSAPP_ACCESS_TOKEN"))`
	var program, test string
	for _, b := range readmeBlocks(t) {
		switch {
		case b.language != "go":
		case strings.Contains(b.text, "\nfunc main() {\n"):
			program += strings.Replace(b.text, token, token+`, client.WithBaseURL(os.Getenv("WAGROUPS_BASE_URL"))`, 1)
		case strings.Contains(b.text, "\nfunc Test"):
			test += b.text
		default:
			t.Errorf("neither a program nor a test:\n%s", b.text)
		}
	}
	folder = outside(t, program)
	if err := os.WriteFile(filepath.Join(folder, "main_test.go"), []byte(test), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestReadmeCodeCompiles(t *testing.T) {
	t.Parallel()
	goLines(t, readmeModule(t), "vet", ".")
}
