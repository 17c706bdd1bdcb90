package main

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"io"
	"net/http"
	"runtime"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
)

func newPhoto(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "photo ID FILE",
		Short: "Replace a group's photo",
		Long: `Replace a group's photo by a square JPEG of at least 192 by 192 pixels and at
most 5 MiB. A file that breaks one of these rules, is damaged or is cut short is
refused before anything is sent. The FILE "-" is the standard input.

WhatsApp accepts the photo first and applies it later; a webhook that carries
the request ID reports the outcome.`,
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
	a.changeFlags(cmd)
	return cmd
}

const maxPhoto = 5 << 20

func (a *app) photo(ctx context.Context, id, path string) error {
	var extra []client.Option
	bar := &uploadBar{next: client.NewTransport(), out: a.err}
	if a.drawsBar() {
		extra = append(extra, client.WithHTTPClient(&http.Client{Transport: bar}))
	}
	c, err := a.client(extra...)
	if err != nil {
		return err
	}
	data, err := a.readFile(ctx, path, maxPhoto)
	if err == nil {
		err = checkWhole(data)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return badInput("FILE: %s", reason(err))
	}
	return a.change(ctx, "applies the change", func(ctx context.Context) (*client.Receipt, error) {
		defer bar.end()
		return c.SetGroupPhoto(ctx, id, bytes.NewReader(data))
	})
}

// maxPixels keeps a small file from taking hundreds of megabytes.
const maxPixels = 50_000_000

// checkWhole decodes a JPEG to its end, where package client reads the header only. The rules of WhatsApp are left to
// that, and the kinds of JPEG that package image/jpeg does not know pass.
func checkWhole(data []byte) error {
	if !bytes.HasPrefix(data, []byte{0xff, 0xd8}) {
		return nil
	}
	header, err := jpeg.DecodeConfig(bytes.NewReader(data))
	if err == nil && header.Width*header.Height <= maxPixels {
		_, err = jpeg.Decode(bytes.NewReader(data))
	}
	if _, ok := errors.AsType[jpeg.FormatError](err); ok || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("the JPEG is damaged or cut short")
	}
	return nil
}

// drawsBar reports whether the standard error is a terminal that can draw a bar, with nothing else written to it.
func (a *app) drawsBar() bool {
	term := a.getenv("TERM")
	return isTerminal(a.err) && !a.quiet && !a.verbose && term != "dumb" && (term != "" || runtime.GOOS == "windows")
}

// uploadBar draws a bar for each upload that passes through it.
type uploadBar struct {
	next http.RoundTripper
	out  io.Writer
	bar  *progressbar.ProgressBar
}

func (u *uploadBar) RoundTrip(req *http.Request) (*http.Response, error) {
	u.bar = progressbar.NewOptions64(req.ContentLength,
		progressbar.OptionSetWriter(u.out),
		progressbar.OptionSetDescription("Uploading"),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetWidth(10),
	)
	body := struct {
		io.Reader
		io.Closer
	}{io.TeeReader(req.Body, u.bar), req.Body}
	req = req.Clone(req.Context())
	req.Body = body
	return u.next.RoundTrip(req)
}

// end leaves the bar as it is and goes to the next line.
func (u *uploadBar) end() {
	if u.bar != nil {
		_, _ = io.WriteString(u.out, "\n")
	}
}
