package main

import (
	"context"
	_ "embed"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"regexp"
	"runtime"
	"slices"
	"strings"
)

// platforms are those of .goreleaser.yaml; a program may link other modules on each.
var platforms = []string{
	"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64",
}

// module is one that a program links; the standard library counts as one.
type module struct {
	path, version, folder string
	texts                 string // of its licences and notices
}

// stdlib is the standard library's name in package URLs.
const stdlib = "stdlib"

// golang is its licence; not every distribution of Go keeps the file.
//
//go:embed golang.txt
var golang string

// linkedModules returns what a program in a folder links on any platform besides this module, sorted by path.
func linkedModules(ctx context.Context, folder, program string) ([]module, error) {
	linked := []module{{stdlib, strings.TrimPrefix(runtime.Version(), "go"), "golang.txt", golang}}
	for _, platform := range platforms {
		system, architecture, _ := strings.Cut(platform, "/")
		list := exec.CommandContext(ctx, "go", "list", "-deps", "-f",
			"{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}{{end}}{{end}}", program)
		list.Dir, list.Stderr = folder, os.Stderr
		list.Env = append(list.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+architecture)
		printed, err := list.Output()
		if err != nil {
			return nil, fmt.Errorf("go list for %s: %w", platform, err)
		}
		for line := range strings.Lines(string(printed)) {
			columns := strings.Split(strings.TrimSpace(line), "\t")
			known := func(m module) bool { return m.path == columns[0] }
			if len(columns) < 3 || columns[0] == "github.com/wagroups/wagroups-go" || slices.ContainsFunc(linked, known) {
				continue
			}
			texts, err := licenceTexts(os.DirFS(columns[2]))
			if err != nil {
				return nil, err
			}
			linked = append(linked, module{columns[0], columns[1], columns[2], texts})
		}
	}
	slices.SortFunc(linked, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return linked, nil
}

var licenceFile = regexp.MustCompile(`(?i)^(?:(?:un)?licen[cs]e|copying|notice)`)

// licenceTexts joins all licences and notices in a module, also those of parts that are not linked.
func licenceTexts(files fs.FS) (string, error) {
	var texts []string
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !licenceFile.MatchString(entry.Name()) || path.Ext(name) == ".go" {
			return err
		}
		text, err := fs.ReadFile(files, name)
		texts = append(texts, strings.ReplaceAll(string(text), "\r\n", "\n"))
		return err
	})
	return strings.Join(texts, "\n"), err
}
