package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/netip"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/fakegraph"
)

func newFake(a *app) *cobra.Command {
	var addr, seed string
	cmd := &cobra.Command{
		Use:   "fake",
		Short: "Serve a fake Graph server",
		Long: `Serve a fake Graph server, for trying this command, curl or a program of your
own, until Ctrl-C. When it is ready it prints how to point one at it; with
--quiet, only its URL.

It checks requests as strictly as the API's reference and accepts every token
and every User-Agent.

Its groups live in memory; without --seed there is one. A seed is a JSON file:

  {"groups": [{"id": "Z3JvdXA", "subject": "Allotment",
               "participants": [{"wa_id": "15550100001"}]}]}

The keys of a group are those of 'wagroups get --output json', without
total_participant_count.`,
		Example: `  wagroups fake
  wagroups fake --addr 127.0.0.1:0 --seed groups.json
  wagroups fake --quiet --addr 127.0.0.1:0 >url.txt &`,
		Args:              arguments(),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := refuseFlags(cmd); err != nil {
				return err
			}
			return a.fake(cmd.Context(), addr, seed)
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "`address` to listen on; port 0 is a free one")
	cmd.Flags().StringVar(&seed, "seed", "", "JSON `file` with the groups (default one group)")
	_ = cmd.RegisterFlagCompletionFunc("addr", cobra.NoFileCompletions)
	_ = cmd.MarkFlagFilename("seed", "json")
	return cmd
}

func (a *app) fake(ctx context.Context, addr, seed string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return usageError("--addr: must be a host, a colon and a port, such as 127.0.0.1:8080")
	}
	option, groups, err := fakeGroups(seed)
	if err != nil {
		return err
	}
	server, err := fakegraph.New(option)
	if err != nil {
		return badInput("%s", strings.TrimPrefix(err.Error(), "fakegraph: "))
	}
	defer func() { _ = server.Close() }()
	if err := server.Listen(addr); err != nil {
		return fmt.Errorf("%w; choose another --addr", err)
	}
	if !isLoopback(host) && !a.quiet {
		_, _ = fmt.Fprintln(a.Err, "wagroups: warning: other machines can reach this server, and it accepts every token")
	}
	if err := a.show(fakeResult{server.URL(), client.DefaultAPIVersion, groups, a.quiet}); err != nil {
		return err
	}
	<-ctx.Done()
	return nil
}

// seedGroup is as much of a group as the command shows when the fake starts.
type seedGroup struct {
	ID      string `json:"id"`
	Subject string `json:"subject,omitempty"`
}

// fakeGroups returns the groups of a seed file, or the sample group without one.
func fakeGroups(path string) (fakegraph.Option, []seedGroup, error) {
	if path == "" {
		g := sampleGroup()
		return fakegraph.WithGroups(g), []seedGroup{{g.ID, g.Subject}}, nil
	}
	file, err := openFile(path)
	if err != nil {
		return nil, nil, badInput("%s: %v", path, err)
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, nil, badInput("%s: %v", path, err)
	}
	var document struct {
		Groups []seedGroup `json:"groups"`
	}
	// What is wrong with the file fakegraph says better: with the position.
	_ = json.Unmarshal(data, &document)
	return fakegraph.WithSeed(bytes.NewReader(data), path), document.Groups, nil
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}
