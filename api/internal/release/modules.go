package main

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// platforms are those of .goreleaser.yaml; a program may link other modules on each.
var platforms = []string{
	"darwin/amd64", "darwin/arm64", "linux/amd64", "linux/arm64", "windows/amd64", "windows/arm64",
}

// standardLibrary is its name in package URLs.
const standardLibrary = "stdlib"

// golang is the licence of the standard library; not every distribution of Go keeps the file.
//
//go:embed golang.txt
var golang string

// module is one that a program links; the standard library counts as one.
type module struct {
	path, version string
	licence       string // an SPDX expression
	texts         string // of the licences and notices
}

// linkedModules returns what a program in a folder links on some platforms besides its own module, sorted by path. A
// licence that is missing, unknown or not allowed is an error.
func linkedModules(ctx context.Context, folder, program string, platforms ...string) ([]module, error) {
	// The folders that may hold licences: that of each linked package and those above it, up to the module's own.
	folders := map[module][]string{}
	for _, platform := range platforms {
		lines, err := goCommand(ctx, folder, platform, "list", "-deps", "-f",
			"{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Version}}\t{{.Dir}}\t{{$.Dir}}{{end}}{{end}}", program)
		if err != nil {
			return nil, err
		}
		for _, line := range lines {
			columns := strings.Split(line, "\t")
			m := module{path: columns[0], version: columns[1]}
			for dir := columns[3]; len(dir) >= len(columns[2]); dir = filepath.Dir(dir) {
				folders[m] = append(folders[m], dir)
			}
		}
	}
	version, err := goCommand(ctx, folder, "/", "env", "GOVERSION")
	if err != nil {
		return nil, err
	}
	library := module{path: standardLibrary, version: strings.TrimPrefix(version[0], "go")}
	if err := library.add("LICENSE", golang); err != nil {
		return nil, err
	}
	linked := []module{library}
	for m, dirs := range folders {
		slices.Sort(dirs)
		if err := m.read(slices.Compact(dirs)); err != nil {
			return nil, fmt.Errorf("%s: %w", m.path, err)
		}
		linked = append(linked, m)
	}
	slices.SortFunc(linked, func(a, b module) int { return strings.Compare(a.path, b.path) })
	return linked, nil
}

// goCommand runs the go command for a platform and returns the lines that it prints.
func goCommand(ctx context.Context, folder, platform string, args ...string) ([]string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = folder
	system, architecture, _ := strings.Cut(platform, "/")
	cmd.Env = append(cmd.Environ(), "CGO_ENABLED=0", "GOOS="+system, "GOARCH="+architecture)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	printed, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w: %s", args[0], err, strings.Join(strings.Fields(complaint.String()), " "))
	}
	return strings.FieldsFunc(string(printed), func(r rune) bool { return r == '\n' || r == '\r' }), nil
}

var (
	licenceFile = regexp.MustCompile(`(?i)^(?:licen[cs]e|copying|unlicen[cs]e)`)
	noticeFile  = regexp.MustCompile(`(?i)^notice(?:\.\w+)?$`)
)

// read reads the licences and notices in some folders.
func (m *module) read(folders []string) error {
	for _, folder := range folders {
		entries, err := os.ReadDir(folder)
		if err != nil {
			return err
		}
		for _, entry := range entries {
			name := entry.Name()
			isLicence := licenceFile.MatchString(name) && filepath.Ext(name) != ".go"
			if entry.IsDir() || !isLicence && !noticeFile.MatchString(name) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folder, name))
			if err != nil {
				return err
			}
			if !isLicence {
				m.texts += "\n" + strings.TrimSpace(string(text)) + "\n"
			} else if err := m.add(name, string(text)); err != nil {
				return err
			}
		}
	}
	if m.licence == "" {
		return errors.New("has no licence")
	}
	return nil
}

// add adds the text of one licence file.
func (m *module) add(name, text string) error {
	id, err := recognise(text)
	if err != nil {
		return fmt.Errorf("%s %w", name, err)
	}
	ids := strings.Split(id, and)
	if m.licence != "" {
		ids = append(ids, strings.Split(m.licence, and)...)
	}
	slices.Sort(ids)
	m.licence = strings.Join(slices.Compact(ids), and)
	m.texts += "\n" + strings.TrimSpace(text) + "\n"
	return nil
}

// writeLicences writes the licences and notices of all that a program links on any platform, which have to go with it.
func writeLicences(ctx context.Context, out io.Writer, folder, program string) error {
	linked, err := linkedModules(ctx, folder, program, platforms...)
	if err != nil {
		return err
	}
	fmt.Fprint(out, "This program contains the following modules, under the licences below.\n")
	for _, m := range linked {
		fmt.Fprintf(out, "\n%s\n%s %s, %s\n%s", strings.Repeat("=", 80), m.path, m.version, m.licence, m.texts)
	}
	return nil
}
