package main

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// usageError is a mistake in the command line of cmd, with a word on how to get help.
func usageError(cmd *cobra.Command, format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if !strings.HasSuffix(text, "?") {
		text += ";"
	}
	return badInput("%s see '%s --help'", text, cmd.CommandPath())
}

// commandLineError makes a failure of what cobra has against a command line. Its own texts repeat arguments, and one of
// those may be a group ID.
func commandLineError(root, cmd *cobra.Command, args []string, err error) error {
	if _, ok := errors.AsType[*failure](err); ok {
		return err
	}
	if cmd != root {
		return usageError(cmd, "unknown argument")
	}
	return unknownCommand(root, args)
}

func unknownCommand(root *cobra.Command, args []string) error {
	if strings.HasPrefix(args[0], "-") {
		return usageError(root, "unknown command; flags come after the command")
	}
	if near := root.SuggestionsFor(args[0]); len(near) > 0 {
		return usageError(root, "unknown command; did you mean %s?", strings.Join(near, " or "))
	}
	return usageError(root, "unknown command")
}

func flagError(cmd *cobra.Command, err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		flag := invalid.GetFlag()
		rule := "must be true or false" // the only other type of a flag that has a rule
		if r, ok := flag.Value.(interface{ rule() string }); ok {
			rule = r.rule()
		}
		return usageError(cmd, "--%s: %s", flag.Name, rule)
	}
	if missing, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return missingValue(cmd, missing.GetFlag())
	}
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok {
		return unknownFlag(cmd, unknown)
	}
	return usageError(cmd, "malformed flag")
}

func missingValue(cmd *cobra.Command, flag *pflag.Flag) error {
	return usageError(cmd, "--%s: the value is missing", flag.Name)
}

// emptyFlag refuses what --seed "$FILE" becomes when the variable is not set. Texts of a group have their own rules.
func emptyFlag(cmd *cobra.Command) (err error) {
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if f.Value.Type() == "string" && f.Value.String() == "" && f.Name != "subject" && f.Name != "description" {
			err = missingValue(cmd, f)
		}
	})
	return err
}

// A group ID or a token may begin with a hyphen too; what looks like neither is repeated.
var flagLike = regexp.MustCompile(`^[a-z]([a-z-]{0,18}[a-z])?$`)

func unknownFlag(cmd *cobra.Command, unknown *pflag.NotExistError) error {
	name := unknown.GetSpecifiedName()
	// Cobra measures how near a typed name is for commands only.
	names := &cobra.Command{SuggestionsMinimumDistance: 2}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		names.AddCommand(&cobra.Command{Use: f.Name, Run: func(*cobra.Command, []string) {}})
	})
	if near := names.SuggestionsFor(name); len(near) > 0 {
		return usageError(cmd, "unknown flag; did you mean --%s?", strings.Join(near, " or --"))
	}
	switch {
	case !flagLike.MatchString(name):
		return usageError(cmd, "unknown flag")
	case unknown.GetSpecifiedShortnames() != "":
		return usageError(cmd, "unknown flag -%s", name)
	}
	return usageError(cmd, "unknown flag --%s", name)
}

// arguments accepts exactly the named arguments.
func arguments(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) < len(names):
			return usageError(cmd, "%s missing", strings.Join(names[len(args):], " and "))
		case len(names) == 0 && len(args) > 0:
			return usageError(cmd, "%s takes no arguments", cmd.Name())
		case len(args) > len(names):
			return usageError(cmd, "too many arguments; only %s expected", strings.Join(names, " and "))
		}
		return nil
	}
}

// words is the value of a flag that may be given again.
type words struct {
	list []string
	ok   func(string) bool
	must string
}

func (w *words) String() string { return "" }
func (w *words) Type() string   { return "text" }
func (w *words) rule() string   { return w.must }

func (w *words) Set(s string) error {
	if !w.ok(s) {
		return errors.New(w.must)
	}
	w.list = append(w.list, s)
	return nil
}

// timeout is the value of --timeout.
type timeout time.Duration

const (
	defaultTimeout = timeout(2 * time.Minute)
	maxTimeout     = 24 * time.Hour
)

func (t *timeout) String() string { return seconds(time.Duration(*t)) }
func (t *timeout) Type() string   { return "time" }
func (t *timeout) rule() string {
	return "must be a time such as 30s or 2m, at most 24h; 0 is no limit"
}

func (t *timeout) Set(s string) error {
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > maxTimeout {
		return errors.New(t.rule())
	}
	*t = timeout(d)
	return nil
}

// delay is the value of --apply-delay.
type delay struct{ timeout }

func (d *delay) rule() string { return "must be a time such as 2s or 500ms, at most 24h" }

// seconds writes a duration without zeros: "2m", not "2m0s".
func seconds(d time.Duration) string {
	if d >= time.Second {
		d = d.Round(time.Second)
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// concurrency is the value of --concurrency.
type concurrency int

const maxConcurrency = 64

func (c *concurrency) String() string { return strconv.Itoa(int(*c)) }
func (c *concurrency) Type() string   { return "number" }
func (c *concurrency) rule() string {
	return fmt.Sprintf("must be a number from 1 to %d", maxConcurrency)
}

func (c *concurrency) Set(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 || n > maxConcurrency {
		return errors.New(c.rule())
	}
	*c = concurrency(n)
	return nil
}
