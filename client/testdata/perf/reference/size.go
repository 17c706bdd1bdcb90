package reference

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// BinarySize builds a program of this module, which the working directory lies in, and returns how many bytes it has.
func BinarySize(ctx context.Context, program string) (int64, error) {
	folder, err := os.MkdirTemp("", "size")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	name := filepath.Join(folder, "program.exe")
	build := exec.CommandContext(ctx, "go", "build", "-o", name, program)
	if output, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", build, err, output)
	}
	info, err := os.Stat(name)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// The two programs that make the same GET, one with package client and one without.
const (
	Wrapped = "github.com/wagroups/wagroups-go/client/testdata/perf/size/wrapped"
	Bare    = "github.com/wagroups/wagroups-go/client/testdata/perf/size/bare"
)
