// Command upstream compares the contract with Meta's published OpenAPI document: `make upstream SPEC=FILE`. It reports
// what differs in the operations that both have, separates what api/deviations.yaml explains from what is new, and
// needs oasdiff for the comparison.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run returns 0 when nothing is new, 1 when something is or an explanation is out of date, 2 when the comparison could
// not be made; that is one line.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("upstream", flag.ContinueOnError)
	flags.SetOutput(stderr)
	contract := flags.String("contract", "api/openapi.yaml", "the contract")
	known := flags.String("deviations", "api/deviations.yaml", "the explained differences")
	tool := flags.String("oasdiff", "oasdiff", "the program oasdiff")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() != 1 || flags.Arg(0) == "" {
		fmt.Fprintln(stderr, "upstream: no document given, try: make upstream SPEC=business-messaging-api_v23.0.yaml")
		return 2
	}
	c := comparison{contract: *contract, published: flags.Arg(0), tool: *tool}
	found, err := c.differences(ctx)
	if err != nil {
		fmt.Fprintln(stderr, "upstream:", err)
		return 2
	}
	deviations, err := readDeviations(*known)
	if err != nil {
		fmt.Fprintln(stderr, "upstream:", err)
		return 2
	}
	r := judge(found, deviations)
	r.print(stdout)
	if len(r.unexplained)+len(r.outdated) > 0 {
		return 1
	}
	return 0
}
