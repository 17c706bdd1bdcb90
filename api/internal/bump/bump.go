package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

type bump struct {
	root, packages string
	out            io.Writer
}

const generatedName = "gen/gen.go"

// run edits, generates, reports and tests. What is refused is refused before the first edit.
func (b *bump) run(ctx context.Context, wanted string) error {
	to, err := parseVersion(wanted)
	if err != nil {
		return err
	}
	document, err := readText(b.root, documentName)
	if err != nil {
		return err
	}
	from, err := versionOf(document)
	if err != nil {
		return err
	}
	if _, err := differences(document, document); err != nil {
		return err
	}
	committed, err := b.command(ctx, "git", "show", "HEAD:"+documentName)
	if err != nil {
		return fmt.Errorf("git does not know the committed %s: %w", documentName, err)
	}
	before, err := versionOf(committed)
	if err != nil {
		return err
	}
	switch {
	case to.less(from):
		return fmt.Errorf("%s is lower than %s, the version of the document", to, from)
	case to == from && from == before:
		fmt.Fprintf(b.out, "The contract is at %s already: nothing to do.\n", to)
		return nil
	case to != from:
		// A tree with the bump in it is this command's own work, which it then goes on with.
		if err := b.clean(ctx); err != nil {
			return err
		}
	}
	if err := b.apply(ctx, before, to); err != nil {
		return err
	}
	if err := b.report(committed); err != nil {
		return err
	}
	return b.test(ctx)
}

// clean refuses a tree with changes, so that the bump stands alone in it and can be taken back.
func (b *bump) clean(ctx context.Context) error {
	status, err := b.command(ctx, "git", "status", "--porcelain", "--untracked-files=all")
	if err != nil {
		return fmt.Errorf("git does not tell whether the tree is clean: %w", err)
	}
	if changes := strings.Count(status, "\n"); changes > 0 {
		first, _, _ := strings.Cut(status, "\n")
		return fmt.Errorf("the tree has %d uncommitted changes, %s among them: commit or stash them first",
			changes, first[3:])
	}
	return nil
}

// apply edits the texts and generates the code, or leaves everything as it was.
func (b *bump) apply(ctx context.Context, from, to version) error {
	changed, err := edits(b.root, from, to)
	if err != nil {
		return err
	}
	kept := map[string]string{}
	for _, name := range append(slices.Sorted(maps.Keys(changed)), generatedName) {
		if kept[name], err = readText(b.root, name); err != nil {
			return err
		}
	}
	if err = write(b.root, changed); err == nil {
		_, err = b.command(ctx, "go", "generate", "./...")
	}
	if err != nil {
		return errors.Join(fmt.Errorf("the code could not be generated, the tree is as it was: %w", err), write(b.root, kept))
	}
	fmt.Fprintf(b.out, "The contract goes from %s to %s.\n", from, to)
	return nil
}

// report lists what has changed since the last commit.
func (b *bump) report(committed string) error {
	document, err := readText(b.root, documentName)
	if err != nil {
		return err
	}
	changes, err := differences(committed, document)
	if err != nil {
		return err
	}
	fmt.Fprint(b.out, changes)
	return nil
}

// test runs the gates first: they name what has to follow the document.
func (b *bump) test(ctx context.Context) error {
	for _, args := range [][]string{
		{"-vet=off", "-run", "^TestContract", "-skip", "Reports$", "./client/internal/gates"},
		strings.Fields(b.packages),
	} {
		cmd := exec.CommandContext(ctx, "go", append([]string{"test"}, args...)...)
		cmd.Dir, cmd.Stdout, cmd.Stderr = b.root, b.out, b.out
		if cmd.Run() != nil {
			return fmt.Errorf("go test %s fails: let the code follow, then run the same command again", strings.Join(args, " "))
		}
	}
	return nil
}

// command runs a program in the repository and returns what it prints; its error is the last line of its complaint.
func (b *bump) command(ctx context.Context, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = filepath.Clean(b.root)
	cmd.Env = append(os.Environ(), "LC_ALL=C") //nolint:forbidigo // the environment of the maintainer's own tools
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	printed, err := cmd.Output()
	if err == nil {
		return string(printed), nil
	}
	lines := strings.Split(strings.TrimSpace(complaint.String()), "\n")
	if lines[0] == "" {
		return "", err
	}
	return "", errors.New(lines[0])
}
