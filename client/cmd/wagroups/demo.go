package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
	"github.com/wagroups/wagroups-go/client/webhook"
)

func newDemo(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "demo",
		Short: "Show this command at work against a fake server",
		Long: `Show get, update, photo and delete at work, and the webhooks that report the
outcome of each change. The demo starts a fake Graph server and a receiver of its
own on this machine, so it needs neither a token nor the network.`,
		Example:           "  wagroups demo",
		Args:              arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE:              func(cmd *cobra.Command, _ []string) error { return a.demo(cmd.Context()) },
	}
}

const (
	demoToken = "demo-token"
	demoDelay = 200 * time.Millisecond
)

// step is one command line of the demo and its exit code.
type step struct {
	comment string
	args    []string
	code    int
	refuse  int // the code with which the change is refused after it was accepted
}

// demo is what the steps share.
type demo struct {
	*app
	server   *fakegraph.Server
	outcomes webhook.Outcomes
	photo    []byte
}

func (a *app) demo(ctx context.Context) error {
	group := sampleGroup()
	d := demo{app: a}
	const secret, verifyToken = "demo-secret", "demo-verify-token"
	handler, err := webhook.NewHandler(webhook.Config{
		VerifyToken: verifyToken, AppSecrets: []string{secret}, Receive: d.outcomes.Receive,
	})
	if err != nil {
		return err
	}
	d.server, err = fakegraph.New(fakegraph.WithToken(demoToken), fakegraph.WithGroups(group), fakegraph.WithWebhook(
		fakegraph.Webhook{Handler: handler, AppSecret: secret, VerifyToken: verifyToken, Delay: demoDelay}))
	if err != nil {
		return err
	}
	defer func() { _ = d.server.Close() }()
	if err := d.server.Listen("127.0.0.1:0"); err != nil {
		return err
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewGray(image.Rect(0, 0, 640, 640)), nil); err != nil {
		return err
	}
	d.photo = photo.Bytes()
	_, _ = fmt.Fprintf(a.out, "# A fake Graph server, on a port of this machine, and a receiver of its webhooks.\n"+
		"$ export %s=%s %s=%s\n", envBaseURL, d.server.URL(), envToken, demoToken)
	for _, s := range []step{
		{comment: "Read a group.", args: []string{"get", group.ID}},
		{
			comment: "Change its texts. WhatsApp accepts a change at once and applies it later; the fake after " +
				demoDelay.String() + ".",
			args: []string{
				"update", group.ID, "--subject", "Allotment Neighbours, plots 1-20",
				"--description", "The shed has a new lock: ask for the code.",
			},
		},
		{
			comment: fmt.Sprintf("Give it a photo, a JPEG of %d bytes.", photo.Len()),
			args:    []string{"photo", group.ID, "-"},
		},
		{
			comment: "A change can be accepted and refused later.",
			args:    []string{"update", group.ID, "--subject", "Allotment 2026"}, refuse: 131208,
		},
		{comment: "Read it again.", args: []string{"get", group.ID, "--fields", "subject,description"}},
		{
			comment: "Delete it. On a terminal, without --yes, the command asks first.",
			args:    []string{"delete", group.ID, "--yes"},
		},
		{comment: "It is gone.", args: []string{"get", group.ID}, code: exitNotFound},
	} {
		if err := d.run(ctx, s); err != nil {
			return err
		}
	}
	_, _ = fmt.Fprintln(a.out, "\n# That was all.")
	return nil
}

// run runs one command line as if it had been typed, and waits for the outcome of a change. Both outputs go to the one
// place that a person looks at.
func (d *demo) run(ctx context.Context, s step) error {
	line := quoted(s.args)
	if s.args[0] == "photo" {
		line += " <photo.jpg"
	}
	_, _ = fmt.Fprintf(d.out, "\n# %s\n$ wagroups %s\n", s.comment, line)
	if s.refuse != 0 {
		if err := d.server.FailNext(fakegraph.Fault{Webhook: fakegraph.WebhookFault{RefuseCode: s.refuse}}); err != nil {
			return err
		}
	}
	env := map[string]string{envToken: demoToken, envBaseURL: d.server.URL()}
	var shown bytes.Buffer
	std := streams{in: bytes.NewReader(d.photo), out: io.MultiWriter(d.out, &shown), err: d.out}
	code := run(ctx, s.args, std, func(name string) string { return env[name] })
	if err := cmp.Or(ctx.Err(), d.out.failure()); err != nil {
		return err
	}
	if code != exitOK {
		_, _ = fmt.Fprintf(d.out, "# exit code %d\n", code)
	}
	if code != s.code {
		return fmt.Errorf("the demo went wrong: %s ended with exit code %d, not %d", s.args[0], code, s.code)
	}
	if s.args[0] == "get" {
		return nil
	}
	_, requestID, _ := strings.Cut(strings.TrimSuffix(shown.String(), ".\n"), "request ID ")
	return d.outcome(ctx, requestID, s.refuse != 0)
}

// outcome waits for the webhook that reports on a change, and shows its event.
func (d *demo) outcome(ctx context.Context, requestID string, refused bool) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	wait := func() (*webhook.Event, error) { return d.outcomes.Wait(ctx, &client.Receipt{RequestID: requestID}) }
	if requestID == "" { // as for the deletion, the last change
		wait = func() (*webhook.Event, error) {
			return d.outcomes.WaitFunc(ctx, func(e *webhook.Event) bool { return e.Type == webhook.TypeGroupDelete })
		}
	}
	event, err := wait()
	if event == nil || (err != nil) != refused {
		return cmp.Or(err, errors.New("the demo went wrong: a change was not refused"))
	}
	verdict := "applied"
	if refused {
		verdict = "refused"
	}
	_, _ = fmt.Fprintf(d.out, "# A webhook reports the outcome: %s. 'wagroups listen' would print:\n%s",
		verdict, eventLine(event))
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
