package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client/webhook"
)

func newListen(a *app) *cobra.Command {
	var addr string
	cmd := &cobra.Command{
		Use:   "listen",
		Short: "Receive webhooks and print their events",
		Long: `Receive the webhooks in which WhatsApp reports the outcome of changes, until
Ctrl-C. The command responds to the handshake, verifies each signature, and
prints each event as one line, or as a JSON object with --output json. Requests
that it refuses are logged on the standard error.

WhatsApp sends webhooks only to https with a public certificate: put a reverse
proxy or a tunnel in front of this command. In the App Dashboard subscribe the
app to group_settings_update and group_lifecycle_update. Then subscribe the app
to the account (POST /ACCOUNT_ID/subscribed_apps).

Environment:
  WHATSAPP_APP_SECRET    the secret of the app that is subscribed
  WHATSAPP_VERIFY_TOKEN  the verify token, which you choose in the dashboard`,
		Example: `  wagroups listen
  wagroups listen --addr 127.0.0.1:0 --output json >>events.jsonl`,
		Args:              arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			host, err := addrHost(cmd, addr)
			if err != nil {
				return err
			}
			return a.listen(cmd.Context(), host, addr)
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8081", "address to listen on; port 0 is a free one")
	a.outputFlag(cmd)
	withoutFiles(cmd, "addr")
	return cmd
}

// listen serves webhooks until ctx is cancelled, or until an event cannot be written.
func (a *app) listen(ctx context.Context, host, addr string) error {
	secret, token := a.getenv(envAppSecret), a.getenv(envVerifyToken)
	switch err := cmp.Or(checkSecret(envAppSecret, secret), checkSecret(envVerifyToken, token)); {
	case err != nil:
		return err
	case secret == "":
		return badInput("no app secret: set %s", envAppSecret)
	case token == "":
		return badInput("no verify token: set %s to a text of your choice", envVerifyToken)
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var mu sync.Mutex // deliveries come beside each other
	handler, err := webhook.NewHandler(webhook.Config{
		VerifyToken: token, AppSecrets: []string{secret},
		Receive: func(_ context.Context, e *webhook.Event) error {
			mu.Lock()
			defer mu.Unlock()
			err := a.show(e, eventLine(e))
			if err != nil {
				stop(err)
			}
			return err
		},
		Logger: slog.New(slog.NewTextHandler(a.err, nil)),
	})
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return cannotListen(err)
	}
	if !isLoopback(host) {
		a.complain("warning: other machines can reach this server")
	}
	a.complain("receiving webhooks at http://" + listener.Addr().String() + "; Ctrl-C stops")
	server := &http.Server{Handler: handler, ReadTimeout: time.Minute}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	// A delivery that is under way gets its response: without one it would come again.
	rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if server.Shutdown(rest) != nil {
		_ = server.Close()
	}
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return a.out.failure()
}

// eventLine is an event in one line for people.
func eventLine(e *webhook.Event) string {
	var b strings.Builder
	if !e.Time.IsZero() {
		b.WriteString(e.Time.Format(time.RFC3339) + " ")
	}
	b.WriteString(cmp.Or(e.Type, e.Field, "webhook"))
	if e.GroupID != "" {
		b.WriteString(" " + e.GroupID)
	}
	if e.RequestID != "" {
		b.WriteString(", request " + e.RequestID)
	}
	for _, r := range e.Settings {
		fmt.Fprintf(&b, ", %s %s", r.Setting, r.Status)
	}
	if err := e.Err(); err != nil {
		_, text, _ := strings.Cut(strings.TrimPrefix(err.Error(), "wagroups: "), ": ")
		b.WriteString(": " + text)
	}
	return printable(b.String()) + "\n"
}
