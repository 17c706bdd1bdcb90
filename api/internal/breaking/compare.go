package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
)

const (
	contractName = "api/openapi.yaml"
	packageName  = "./client"
)

// versionChange: a bump and a release change the values of these constants, which is what they are for.
var versionChange = regexp.MustCompile(`(?m)^- (DefaultAPIVersion|Version): value changed from .*\n?`)

// A comparison holds the repository and the programs that compare.
type comparison struct{ root, oasdiff, apidiff string }

// since returns a report for the contract and one for package client, each only if there is something to say.
func (c comparison) since(ctx context.Context, base string) ([]string, error) {
	// Nothing that begins with a hyphen is a commit, and git would take it for an option.
	commit, err := command(ctx, c.root, "git", "rev-parse", "--verify", "--quiet", "--end-of-options", base+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("%q is no commit of this repository", base)
	}
	folder, err := os.MkdirTemp("", "breaking")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	// A clone beside the tree: neither the tree nor what git knows of it changes.
	old := filepath.Join(folder, "base")
	if _, err := command(ctx, c.root, "git", "clone", "--quiet", "--shared", "--no-checkout", ".", old); err != nil {
		return nil, fmt.Errorf("%s cannot be copied: %w", base, err)
	}
	if _, err := command(ctx, old, "git", "checkout", "--quiet", "--detach", strings.TrimSpace(commit)); err != nil {
		return nil, fmt.Errorf("%s cannot be checked out: %w", base, err)
	}
	var reports []string
	for _, compare := range []func(context.Context, string) (string, error){c.contracts, c.packages} {
		report, err := compare(ctx, old)
		if err != nil {
			return nil, err
		}
		if report != "" {
			reports = append(reports, report)
		}
	}
	return reports, nil
}

// contracts compares the documents. A commit without one broke nothing of it.
func (c comparison) contracts(ctx context.Context, old string) (string, error) {
	before := filepath.Join(old, filepath.FromSlash(contractName))
	if _, err := os.Stat(before); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	report, err := command(ctx, c.root, c.oasdiff, "breaking", "--format", "json", "--flatten-params",
		"--allow-external-refs=false", before, contractName)
	if err != nil {
		return "", fmt.Errorf("oasdiff cannot compare %s: %w", contractName, err)
	}
	var list []struct{ Text, Operation, Path, ID string }
	if err := json.Unmarshal([]byte(report), &list); err != nil {
		return "", fmt.Errorf("the report of oasdiff is not understood: %w", err)
	}
	var lines strings.Builder
	for _, change := range list {
		fmt.Fprintf(&lines, "%s %s: %s [%s]\n", change.Operation, change.Path, change.Text, change.ID)
	}
	return titled("The contract:", lines.String()), nil
}

// packages compares what package client exports.
func (c comparison) packages(ctx context.Context, old string) (string, error) {
	if _, err := os.Stat(filepath.Join(old, filepath.FromSlash(packageName))); errors.Is(err, os.ErrNotExist) {
		return "", nil
	}
	exported := filepath.Join(filepath.Dir(old), "client.export")
	if _, err := command(ctx, old, c.apidiff, "-w", exported, packageName); err != nil {
		return "", fmt.Errorf("apidiff cannot read the old %s: %w", packageName, err)
	}
	report, err := command(ctx, c.root, c.apidiff, "-incompatible", exported, packageName)
	if err != nil {
		return "", fmt.Errorf("apidiff cannot compare %s: %w", packageName, err)
	}
	return titled("Package client:", versionChange.ReplaceAllString(report, "")), nil
}

// titled puts a title above the lines of a report; a report without lines stays empty.
func titled(title, report string) string {
	var lines []string
	for line := range strings.Lines(report) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, "  "+line)
		}
	}
	if len(lines) == 0 {
		return ""
	}
	return title + "\n" + strings.Join(lines, "\n")
}

// command runs a program and returns what it prints; its error is the first line of its complaint.
func command(ctx context.Context, folder, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = folder
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	printed, err := cmd.Output()
	if err == nil {
		return string(printed), nil
	}
	if first, _, _ := strings.Cut(strings.TrimSpace(complaint.String()), "\n"); first != "" {
		return "", errors.New(first)
	}
	return "", err
}
