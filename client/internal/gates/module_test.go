package gates

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

const (
	module = "github.com/wagroups/wagroups-go"
	top    = "../../.." // of the repository
)

// outside puts a program into a module of its own, as a user's would be, and returns its folder. The module requires
// what this one requires, so that nothing has to be looked up.
func outside(t *testing.T, program string) (folder string) {
	t.Helper()
	root, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	folder = t.TempDir()
	requirements := strings.TrimPrefix(clienttest.ReadFile(t, top+"/go.mod"), "module "+module+"\n")
	for name, content := range map[string]string{
		"go.mod": fmt.Sprintf("module example.com/outside\n%s\nrequire %s v0.0.0\nreplace %[2]s => %q\n",
			requirements, module, filepath.ToSlash(root)),
		"go.sum":  clienttest.ReadFile(t, top+"/go.sum"),
		"main.go": program,
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// goLines runs the go command in a folder and returns the lines of its output, sorted, each once.
func goLines(t *testing.T, folder string, args ...string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", args...)
	command.Dir = folder
	var problems strings.Builder
	command.Stderr = &problems
	output, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, problems.String())
	}
	lines := strings.Split(strings.TrimSpace(string(output)), "\n")
	slices.Sort(lines)
	return slices.Compact(lines)
}

// sizeOf builds a program and returns how many bytes it has.
func sizeOf(t *testing.T, folder, program string) int64 {
	t.Helper()
	name := filepath.Join(t.TempDir(), "program.exe")
	goLines(t, folder, "build", "-o", name, program)
	info, err := os.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}
