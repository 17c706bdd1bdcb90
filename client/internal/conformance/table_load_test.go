package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// A cell is one operation with one list of faults.
type cell struct {
	caseData
	operation string
}

// loadTopics reads the table. An unknown key would be an expectation that is not checked, so it is an error.
func loadTopics(tb testing.TB) map[string]topic {
	tb.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) == 0 {
		tb.Fatalf("no topics: %v", err)
	}
	topics := map[string]topic{}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			tb.Fatal(err)
		}
		t, err := parseTopic(b)
		if err != nil {
			tb.Fatalf("%s: %v", name, err)
		}
		topics[strings.TrimSuffix(filepath.Base(name), ".json")] = t
	}
	return topics
}

func parseTopic(b []byte) (t topic, err error) {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil {
		return t, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return t, errors.New("something follows the topic")
	}
	if t.Topic == "" || t.About == "" || len(t.Cases) == 0 {
		return t, errors.New("a topic needs a name, an explanation and cases")
	}
	names := map[string]bool{}
	for _, c := range t.Cases {
		if err := c.check(); err != nil {
			return t, fmt.Errorf("case %q: %w", c.Name, err)
		}
		if names[c.Name] {
			return t, fmt.Errorf("case %q stands twice", c.Name)
		}
		names[c.Name] = true
	}
	return t, nil
}

// check finds what would make a case prove less than it seems to.
func (c *caseData) check() error {
	switch {
	case c.Name == "" || c.Why == "" || len(c.Operations) == 0:
		return errors.New("a case needs a name, a reason and operations")
	case len(c.Codes) > 0 && len(c.Statuses) == 0:
		return errors.New("codes need statuses")
	}
	for _, op := range c.Operations {
		if err := c.Want.check(op); err != nil {
			return err
		}
		for _, then := range c.Then {
			if then.Operation != "" {
				op = then.Operation
			}
			if err := then.Want.check(op); err != nil {
				return err
			}
		}
	}
	return nil
}

// leavesOpen are the classes of a failed change that say nothing about whether it was carried out.
var leavesOpen = []string{"ErrAmbiguous", "ErrUnavailable", "ErrPartial"}

func (w *wantData) check(op string) error {
	clienttest.OperationNamed(op) // panics if it does not exist
	outcomes := []string{"success"}
	for _, class := range clienttest.Classes {
		outcomes = append(outcomes, class.Name)
	}
	switch {
	case !slices.Contains(outcomes, w.Outcome):
		return fmt.Errorf("unknown outcome %q", w.Outcome)
	case op != "GetGroup" && slices.Contains(leavesOpen, w.Outcome) && w.Executed == nil:
		return fmt.Errorf("%s leaves open whether the change was carried out, so the case has to say it", w.Outcome)
	case w.Context != "" && w.Context != "Canceled" && w.Context != "DeadlineExceeded":
		return fmt.Errorf("unknown context error %q", w.Context)
	}
	return nil
}

// cells multiplies a case out.
func (c *caseData) cells() (list []cell) {
	for _, op := range c.Operations {
		if len(c.Statuses) == 0 {
			list = append(list, cell{*c, op})
		}
		for _, status := range c.Statuses {
			if len(c.Codes) == 0 {
				list = append(list, cell{c.with(status, nil), op})
			}
			for _, code := range c.Codes {
				list = append(list, cell{c.with(status, &code), op})
			}
		}
	}
	return list
}

func (c *caseData) with(status int, code *int) caseData {
	one := *c
	one.Name = fmt.Sprintf("%s, %d", c.Name, status)
	if code != nil {
		one.Name += fmt.Sprintf(", code %d", *code)
	}
	one.Faults = slices.Clone(c.Faults)
	for i := range one.Faults {
		if one.Faults[i].Status == 0 {
			one.Faults[i].Status, one.Faults[i].Code = status, code
		}
	}
	if one.Want.Outcome != "success" {
		one.Want.Status = status
		if code != nil {
			one.Want.Code = *code
		}
	}
	return one
}
