package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"
)

func newPhoto(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "photo ID FILE",
		Short: "Replace a group's photo",
		Long: `Replace a group's photo by a square JPEG of at least 192 by 192 pixels and at
most 5 MiB. A file that breaks one of these rules is refused before anything is
sent. The FILE "-" is the standard input.

WhatsApp accepts the photo first and applies it later; a webhook that carries
the request id reports the outcome.`,
		Example: `  wagroups photo "$GROUP_ID" photo.jpg
  wagroups photo "$GROUP_ID" - <photo.jpg`,
		Args: arguments("ID", "FILE"),
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
			if len(args) != 1 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return []cobra.Completion{"jpg", "jpeg"}, cobra.ShellCompDirectiveFilterFileExt
		},
		RunE: func(cmd *cobra.Command, args []string) error { return a.photo(cmd.Context(), args[0], args[1]) },
	}
}

func (a *app) photo(ctx context.Context, groupID, path string) error {
	c, err := a.client()
	if err != nil {
		return err
	}
	in := a.In
	if path != "-" {
		file, err := openFile(path)
		if err != nil {
			return badInput("FILE: %v", err)
		}
		defer func() { _ = file.Close() }()
		in = file
	}
	ctx, photo, done := a.withProgress(ctx, in)
	receipt, err := c.SetGroupPhoto(ctx, groupID, photo)
	done()
	if err != nil {
		return err
	}
	return a.showReceipt(receipt, "applies the change")
}

// openFile opens a file for reading. Its errors do not repeat the path: somebody may have swapped it with the id.
func openFile(path string) (*os.File, error) {
	f, err := os.Open(path)
	if err != nil {
		if broken, ok := errors.AsType[*fs.PathError](err); ok {
			err = broken.Err
		}
		return nil, err
	}
	if info, err := f.Stat(); err == nil && info.IsDir() {
		_ = f.Close()
		return nil, errors.New("is a directory")
	}
	return f, nil
}

// sizedReader is what package client can send from without reading it into memory first.
type sizedReader interface {
	io.Reader
	io.ReaderAt
	io.Seeker
	Size() int64
}

// sized gives a regular file the method that it lacks.
func sized(r io.Reader) (sizedReader, bool) {
	if s, ok := r.(sizedReader); ok {
		return s, true
	}
	f, ok := r.(*os.File)
	if !ok {
		return nil, false
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, false
	}
	return sizedFile{f, info.Size()}, true
}

type sizedFile struct {
	*os.File
	size int64
}

func (f sizedFile) Size() int64 { return f.size }
