package main

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func newDemo(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show this command at work against a fake server",
		Long: `Show get, update, photo and delete at work. The demo starts a fake Graph server
of its own on this machine, so it needs neither a token nor the network.`,
		Example:           "  wagroups demo",
		Args:              arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context()) },
	}
}

const demoToken = "demo-token"

// step is one command line of the demo and its exit code.
type step struct {
	comment string
	args    []string
	code    int
}

func (a *app) demo(ctx context.Context) error {
	group := sampleGroup()
	server, err := fakegraph.New(fakegraph.WithToken(demoToken), fakegraph.WithGroups(group))
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }()
	if err := server.Listen("127.0.0.1:0"); err != nil {
		return err
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 640, 640)), nil); err != nil {
		return err
	}
	_, _ = fmt.Fprintf(a.out, "# A fake Graph server, on a port of this machine and for this demo only.\n"+
		"$ export %s=%s %s=%s\n", envBaseURL, server.URL(), envToken, demoToken)
	for _, s := range []step{
		{"Read a group.", []string{"get", group.ID}, exitOK},
		{
			"Change its texts. WhatsApp accepts a change at once and applies it later; the fake applies it at once.",
			[]string{
				"update", group.ID, "--subject", "Allotment Neighbours, plots 1-20",
				"--description", "The shed has a new lock: ask for the code.",
			}, exitOK,
		},
		{fmt.Sprintf("Give it a photo, a JPEG of %d bytes.", photo.Len()), []string{"photo", group.ID, "-"}, exitOK},
		{"Read it again.", []string{"get", group.ID, "--fields", "subject,description"}, exitOK},
		{
			"Delete it. On a terminal, without --yes, the command asks first.",
			[]string{"delete", group.ID, "--yes"}, exitOK,
		},
		{"It is gone.", []string{"get", group.ID}, exitNotFound},
	} {
		if err := a.step(ctx, server.URL(), s, photo.Bytes()); err != nil {
			return err
		}
	}
	_, _ = fmt.Fprintln(a.out, "\n# That was all.")
	return nil
}

// step runs one command line as if it had been typed. Both outputs go to the one place that a person looks at.
func (a *app) step(ctx context.Context, baseURL string, s step, photo []byte) error {
	line := quoted(s.args)
	if s.args[0] == "photo" {
		line += " <photo.jpg"
	}
	_, _ = fmt.Fprintf(a.out, "\n# %s\n$ wagroups %s\n", s.comment, line)
	env := map[string]string{envToken: demoToken, envBaseURL: baseURL}
	std := streams{in: bytes.NewReader(photo), out: a.out, err: a.out}
	code := run(ctx, s.args, std, func(name string) string { return env[name] })
	if err := cmp.Or(ctx.Err(), a.out.failure()); err != nil {
		return err
	}
	if code != exitOK {
		_, _ = fmt.Fprintf(a.out, "# exit code %d\n", code)
	}
	if code != s.code {
		return fmt.Errorf("the demo went wrong: %s ended with exit code %d, not %d", s.args[0], code, s.code)
	}
	return nil
}

// quoted writes arguments as somebody would type them into a shell.
func quoted(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = arg
		if strings.Contains(arg, " ") {
			words[i] = "'" + arg + "'"
		}
	}
	return strings.Join(words, " ")
}
