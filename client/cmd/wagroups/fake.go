package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func newFake(a *app) *cobra.Command {
	var addr, seed, receiver string
	tokens := words{ok: isSecret, must: "must be printable ASCII without spaces and quotes"}
	hosts := words{ok: isHost, must: "must be a host name without a port, such as fake.internal"}
	var late delay
	cmd := &cobra.Command{
		Use:   "fake",
		Short: "Serve a fake Graph server",
		Long: `Serve a fake Graph server until Ctrl-C, to try this command, curl or a program
of your own. It prints how to use it, and then a line for each request on the
standard error. With --quiet it prints only its URL.

The page /_fake/ shows what arrives, and can make requests fail. Tests in any
language do the same with JSON: see /_fake/openapi.yaml.

The groups are kept in memory. Without --seed there is one group. A seed is a
JSON file; "-" is the standard input:

  {"groups": [{"id": "Z3JvdXA", "subject": "Allotment",
               "participants": [{"wa_id": "15550100001"}]}]}

The output of 'wagroups get --output json' is a seed too, and so is the response
to GET /_fake/state, which has the photos.

With --webhook it reports the outcome of each change, as WhatsApp does.

Environment:
  WHATSAPP_APP_SECRET    signs the webhooks
  WHATSAPP_VERIFY_TOKEN  the token of the handshake; if unset, no handshake`,
		Example: `  wagroups fake
  wagroups fake --webhook http://127.0.0.1:8081 --apply-delay 2s
  wagroups fake --addr 127.0.0.1:0 --seed groups.json
  wagroups fake --quiet --addr 127.0.0.1:0 >url.txt &`,
		Args:              arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			host, err := addrHost(cmd, addr)
			if err != nil {
				return err
			}
			groups, known, err := a.seed(cmd.Context(), seed)
			if err != nil {
				return err
			}
			webhooks, err := a.webhooks(cmd, receiver, late)
			if err != nil {
				return err
			}
			options := []fakegraph.Option{
				fakegraph.WithToken(tokens.list...), fakegraph.WithHosts(hosts.list...), groups, webhooks, fakegraph.WithControl(),
			}
			if !a.quiet {
				options = append(options, fakegraph.WithMiddleware(a.logged))
			}
			server, err := fakegraph.New(options...)
			if err != nil {
				return badInput("%s", strings.TrimPrefix(err.Error(), "fakegraph: "))
			}
			return a.serve(cmd.Context(), server, host, addr, fakeText{groups: known, tokens: tokens.list, receiver: receiver})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&addr, "addr", "127.0.0.1:8080", "address to listen on; port 0 is a free one")
	flags.StringVar(&seed, "seed", "", "JSON file with the groups (default one group)")
	flags.Var(&tokens, "token", "the token to accept; may be given again (default any token)")
	flags.Var(&hosts, "host", "a host name to serve, in addition to localhost; may be given again")
	flags.StringVar(&receiver, "webhook", "", "URL of a receiver of webhooks, such as that of 'wagroups listen'")
	flags.Var(&late, "apply-delay", "time between the acceptance of a change and its application")
	flags.BoolVarP(&a.quiet, "quiet", "q", false, "print the URL and nothing else")
	a.outputFlag(cmd)
	withoutFiles(cmd, "addr", "apply-delay", "host", "token", "webhook")
	_ = cmd.MarkFlagFilename("seed", "json", "jsonl")
	return cmd
}

// webhooks says when the fake applies changes, and where it reports them.
func (a *app) webhooks(cmd *cobra.Command, receiver string, late delay) (fakegraph.Option, error) {
	w := fakegraph.Webhook{Delay: time.Duration(late.timeout)}
	if cmd.Flags().Changed("webhook") {
		target, err := url.Parse(receiver)
		if err != nil || target.Scheme != "http" && target.Scheme != "https" || target.Host == "" {
			return nil, usageError(cmd, "--webhook: must be an http or https URL with a host")
		}
		w.URL, w.AppSecret, w.VerifyToken = receiver, a.getenv(envAppSecret), a.getenv(envVerifyToken)
		if w.AppSecret == "" {
			return nil, badInput("no app secret: set %s", envAppSecret)
		}
		if err := cmp.Or(checkSecret(envAppSecret, w.AppSecret), checkSecret(envVerifyToken, w.VerifyToken)); err != nil {
			return nil, err
		}
	}
	return fakegraph.WithWebhook(w), nil
}

func cannotListen(err error) error {
	return &failure{code: exitOther, text: "cannot listen on --addr: " + reason(err) + "; choose another one"}
}

// addrHost returns the host of --addr.
func addrHost(cmd *cobra.Command, addr string) (string, error) {
	host, port, err := net.SplitHostPort(addr)
	if _, e := strconv.ParseUint(port, 10, 16); err != nil || e != nil {
		return "", usageError(cmd, "--addr: must be a host, a colon and a port from 0 to 65535, such as 127.0.0.1:8080")
	}
	return host, nil
}

// endTime is how long the fake waits for its requests after Ctrl-C. One may hang: its line is written to a pipe that
// is not read.
const endTime = 500 * time.Millisecond

// serve serves the fake until ctx is cancelled.
func (a *app) serve(ctx context.Context, server *fakegraph.Server, host, addr string, text fakeText) error {
	defer func() {
		end, cancel := context.WithTimeout(context.Background(), endTime)
		defer cancel()
		_, _ = interruptible(end, func() (struct{}, error) { return struct{}{}, server.Close() })
	}()
	a.out.closed = false // programs that start a fake for their tests often want nothing of its output
	if err := server.Listen(addr); err != nil {
		return cannotListen(err)
	}
	if !isLoopback(host) {
		a.complain("warning: other machines can reach this server")
	}
	text.url = server.URL()
	shown := text.url + "\n"
	if !a.quiet {
		shown = text.String()
	}
	_, err := interruptible(ctx, func() (struct{}, error) {
		return struct{}{}, a.show(struct {
			URL        string `json:"url"`
			APIVersion string `json:"api_version"`
		}{text.url, client.DefaultAPIVersion}, shown)
	})
	if ctx.Err() == nil && err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// logged writes a line for each request. Paths and queries hold group IDs and proofs, so of them it has the version
// only.
func (a *app) logged(next http.Handler) http.Handler {
	version := regexp.MustCompile(`^/(v\d{1,3}\.\d{1,3})/[^/]+$`)
	methods := []string{http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodPut, http.MethodHead}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/_fake/") { // the page asks often
			next.ServeHTTP(w, r)
			return
		}
		start := time.Now()
		status := &statusWriter{ResponseWriter: w}
		method, path := "another method", "another path"
		if slices.Contains(methods, r.Method) {
			method = r.Method
		}
		if m := version.FindStringSubmatch(r.URL.Path); m != nil {
			path = "/" + m[1] + "/{group_id}"
		}
		defer func() { // a fault that drops the connection panics
			result := "connection dropped"
			if status.code != 0 {
				result = strconv.Itoa(status.code)
			}
			_, _ = fmt.Fprintf(a.err, "%s %s %s: %s, %dms\n", start.Format(time.TimeOnly), method, path, result,
				time.Since(start).Milliseconds())
		}()
		next.ServeHTTP(status, r)
	})
}

// statusWriter keeps the status of a response.
type statusWriter struct {
	http.ResponseWriter
	code int
}

func (w *statusWriter) WriteHeader(code int) {
	w.code = code
	w.ResponseWriter.WriteHeader(code)
}

// Unwrap is for [http.ResponseController].
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// isSecret reports whether package client would send s as a token.
func isSecret(s string) bool {
	_, err := client.New(client.StaticToken(s))
	return err == nil
}

func isHost(s string) bool {
	_, _, err := net.SplitHostPort(s) // of a name without a port it fails
	return s != "" && err != nil && !strings.ContainsAny(s, "/@ ")
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.Unmap().IsLoopback()
}

// fakeText says how to reach the fake, in commands that work as they are.
type fakeText struct {
	url    string
	groups []seedGroup
	tokens []string

	receiver string // of webhooks
}

// maxShownGroups keeps what the fake prints on one screen.
const maxShownGroups = 3

func (f fakeText) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { _, _ = fmt.Fprintf(&b, format+"\n", args...) }
	line("Fake Graph server at %s, API %s. Ctrl-C stops it.", f.url, client.DefaultAPIVersion)
	line("Open %s/_fake/ to see what arrives, and to make requests fail.", f.url)
	if f.receiver != "" {
		line("Webhooks go to %s.", f.receiver)
	}
	id, token := "GROUP_ID", "any-token"
	inPython, inNode, inGo := `"Bearer any-token"`, `"Bearer any-token"`, `"any-token"`
	if len(f.tokens) > 0 {
		token = "$" + envToken
		inPython = `"Bearer " + os.environ["` + envToken + `"]`
		inNode = `"Bearer " + process.env.` + envToken
		inGo = `os.Getenv("` + envToken + `")`
	}
	if len(f.groups) == 0 {
		line("\nIt has no groups.")
	} else {
		id = f.groups[0].ID
		line("\nGroups:")
	}
	for i, g := range f.groups {
		if i == maxShownGroups {
			line("  and %d more", len(f.groups)-i)
			break
		}
		line("  %s", strings.TrimSpace(g.ID+"  "+printable(g.Subject)))
	}
	line("\nA program in any language needs:")
	line("  base URL       %s in place of %s", f.url, client.DefaultBaseURL)
	line("  path           /%s/GROUP_ID", client.DefaultAPIVersion)
	line("  Authorization  Bearer %s", token)
	line("\nWith this command:")
	line("  export %s=%s %s=%s", envBaseURL, f.url, envToken, token)
	line("  wagroups get %s", id)
	target := f.url + "/" + client.DefaultAPIVersion + "/" + id + "?fields=subject,participants"
	line("With curl:")
	line("  curl '%s' \\", target)
	line("    --header \"Authorization: Bearer %s\"", token)
	line("With Python:")
	line("  import json, os, urllib.request")
	line("  request = urllib.request.Request(%q,", target)
	line("    headers={\"Authorization\": %s})", inPython)
	line("  print(json.load(urllib.request.urlopen(request)))")
	line("With Node.js:")
	line("  const response = await fetch(%q,", target)
	line("    { headers: { Authorization: %s } });", inNode)
	line("  console.log(await response.json());")
	line("With Go:")
	line("  client.New(client.StaticToken(%s), client.WithBaseURL(%q))", inGo, f.url)
	return b.String()
}
