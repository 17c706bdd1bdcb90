package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func newDemo(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show this command at work against a fake server",
		Long: `Show get, update, photo and delete at work. The demo starts a fake Graph server
of its own on this machine, so it needs neither a token nor the network. It
fails if a step does not have the effect that it should have.`,
		Example:           "  wagroups demo\n  wagroups demo --output json",
		Args:              arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseFlags(cmd, "quiet"); err != nil {
				return err
			}
			return a.demo(cmd.Context())
		},
	}
}

const demoToken = "demo-token"

// step is one command line of the demo and what has to come of it.
type step struct {
	comment string
	args    []string
	code    int
	shows   string // has to be in the output, but for case and blanks
	done    func() bool
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
	photo, err := samplePhoto(640)
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "wagroups-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "photo.jpg")
	if err := os.WriteFile(path, photo, 0o600); err != nil {
		return err
	}

	_, _ = fmt.Fprintf(a.Out, "# A fake Graph server, on a port of this machine and for this demo only.\n"+
		"$ export %s=%s %s=%s\n", envBaseURL, server.URL(), envToken, demoToken)
	for _, s := range demoSteps(server, group, path, photo) {
		if err := a.step(ctx, server.URL(), s); err != nil {
			return err
		}
	}
	_, err = fmt.Fprintln(a.Out, "\n# That was all: every step did what it should.")
	return err
}

func demoSteps(server *fakegraph.Server, group fakegraph.Group, path string, photo []byte) []step {
	const subject, description = "Allotment Neighbours, plots 1-20", "The shed has a new lock: ask for the code."
	current := func() fakegraph.Group { g, _ := server.Group(group.ID); return g }
	exists := func() bool { return current().ID == group.ID }
	return []step{
		{"Read a group.", []string{"get", group.ID}, exitOK, group.Subject, exists},
		{
			"Change its texts. WhatsApp accepts a change at once and applies it later; the fake applies it at once.",
			[]string{"update", group.ID, "--subject", subject, "--description", description}, exitOK, "accepted",
			func() bool { return current().Subject == subject && current().Description == description },
		},
		{
			fmt.Sprintf("Give it a photo, a JPEG of %d bytes.", len(photo)),
			[]string{"photo", group.ID, path}, exitOK, "accepted",
			func() bool { stored, _ := server.Photo(group.ID); return bytes.Equal(stored, photo) },
		},
		{"Read it again.", []string{"get", group.ID, "--fields", "subject,description"}, exitOK, subject, exists},
		{
			"Delete it. On a terminal, without --yes, the command asks first.",
			[]string{"delete", group.ID, "--yes"}, exitOK, "accepted",
			func() bool { return !exists() },
		},
		{"It is gone.", []string{"get", group.ID}, exitNotFound, "", func() bool { return !exists() }},
	}
}

// step runs one command line as if it had been typed. Both outputs go to the one place that a person looks at.
func (a *app) step(ctx context.Context, baseURL string, s step) error {
	if a.output != formatTable {
		s.args = append(s.args, "--output", string(a.output))
	}
	_, _ = fmt.Fprintf(a.Out, "\n# %s\n$ wagroups %s\n", s.comment, quoted(s.args))
	getenv := func(name string) string {
		switch name {
		case envToken:
			return demoToken
		case envBaseURL:
			return baseURL
		case envNoColor: // asked here: behind the writer below nobody sees what terminal it is
			if !a.styled(a.Out) {
				return "1"
			}
		case envColumns:
			return a.getenv(name)
		}
		return ""
	}
	var shown bytes.Buffer
	code := run(ctx, s.args, streams{
		In: strings.NewReader(""), Out: io.MultiWriter(a.Out, &shown), Err: a.Out,
		IsTerminal: func(any) bool { return a.IsTerminal(a.Out) },
		Width:      func(any) int { return a.Width(a.Out) },
	}, getenv)
	if err := ctx.Err(); err != nil {
		return err
	}
	if code != exitOK {
		_, _ = fmt.Fprintf(a.Out, "# exit code %d\n", code)
	}
	switch {
	case code != s.code:
		return fmt.Errorf("the demo went wrong: %s ended with exit code %d, not %d", s.args[0], code, s.code)
	case !strings.Contains(squeezed(shown.String()), squeezed(s.shows)):
		return fmt.Errorf("the demo went wrong: %s did not show %q", s.args[0], s.shows)
	case !s.done():
		return errors.New("the demo went wrong: " + s.args[0] + " did not have its effect on the server")
	}
	return nil
}

// squeezed leaves nothing of a text that case or the width of the terminal change.
func squeezed(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), "")) }

// quoted writes arguments as somebody would type them into a shell.
func quoted(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = arg
		if arg == "" || strings.ContainsAny(arg, " \t\n'\"\\$&|;<>()*?[]#~`!{}") {
			words[i] = "'" + strings.ReplaceAll(arg, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}
