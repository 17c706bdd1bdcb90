package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wagroups/wagroups-go/client"
	"github.com/wagroups/wagroups-go/client/internal/clienttest"
)

// compare says what is wrong with what a call came to.
func (w *wantData) compare(got *observed) (problems []string) {
	report := func(what string, got, want any) {
		problems = append(problems, fmt.Sprintf("%s: got %v, want %v", what, got, want))
	}
	outcome := "success"
	if got.err != nil {
		outcome = clienttest.ClassesOf(got.err) // of which there has to be exactly one
	}
	if outcome != w.Outcome {
		report("outcome", fmt.Sprintf("%q (%v)", outcome, got.err), w.Outcome)
	}
	requests := w.Attempts
	if w.Requests != nil {
		requests = *w.Requests
	}
	status := w.Status
	if status == 0 && w.Outcome == "success" {
		status = 200
	}
	heldBack := 0 // by a pause, which the observer and the log are told
	if w.Outcome == "ErrRateLimited" && w.Attempts == 0 {
		heldBack = 1
	}
	for _, number := range []struct {
		what      string
		got, want int
	}{
		{"attempts in CallInfo", got.info.Attempts, w.Attempts},
		{"attempts that the observer saw", len(got.attempts), w.Attempts + heldBack},
		{"attempts in the log", countRecords(got.records, "whatsapp group request"), w.Attempts + heldBack},
		{"warnings in the log", len(got.records) - countRecords(got.records, "whatsapp group request"), 0},
		{"requests at the server", got.requests, requests},
		{"status in CallInfo", got.info.StatusCode, status},
	} {
		if number.got != number.want {
			report(number.what, number.got, number.want)
		}
	}
	if want := w.changed(got.operation); got.executed != want {
		report("executed", got.executed, want)
	}
	if least, most := time.Duration(w.Takes[0]), time.Duration(w.Takes[1]); got.took < least || got.took > most {
		report("time", got.took, fmt.Sprintf("%s to %s", least, most))
	}
	problems = append(problems, got.inconsistencies()...)
	if got.err == nil {
		return append(problems, w.compareResult(got)...)
	}
	return append(problems, w.compareError(got.err)...)
}

func countRecords(records []logRecord, message string) (n int) {
	for _, r := range records {
		if r.Message == message {
			n++
		}
	}
	return n
}

func (w *wantData) compareResult(got *observed) (problems []string) {
	if got.group != nil && got.group.ID != clienttest.GroupID {
		problems = append(problems, fmt.Sprintf("group: %+v", got.group))
	}
	receipt := got.receipt
	if receipt == nil {
		return problems
	}
	if receipt.Repeated != w.Repeated {
		problems = append(problems, fmt.Sprintf("repeated: got %t, want %t", receipt.Repeated, w.Repeated))
	}
	return problems
}

func (w *wantData) compareError(err error) (problems []string) {
	type facts struct {
		Attempts, Status, Code, Subcode int
		RetryAfter                      time.Duration // exported, so that it prints as one
	}
	want := facts{w.Attempts, w.Status, w.Code, w.Subcode, time.Duration(w.RetryAfter)}
	report, ok := errors.AsType[*client.Error](err)
	if !ok {
		return []string{fmt.Sprintf("error of type %T", err)}
	}
	got := facts{report.Attempts, report.StatusCode, report.Code, report.Subcode, report.RetryAfter}
	if got != want {
		problems = append(problems, fmt.Sprintf("error: got %+v, want %+v: %v", got, want, err))
	}
	for name, contextErr := range map[string]error{
		"Canceled": context.Canceled, "DeadlineExceeded": context.DeadlineExceeded,
	} {
		if errors.Is(err, contextErr) != (w.Context == name) {
			problems = append(problems, fmt.Sprintf("matches %s: %t: %v", name, w.Context != name, err))
		}
	}
	if !strings.Contains(err.Error(), w.Says) {
		problems = append(problems, fmt.Sprintf("error %q does not say %q", err, w.Says))
	}
	return problems
}

// nothingHappened are the classes that promise that a change was not carried out.
var nothingHappened = []string{
	"ErrInvalidArgument", "ErrNotSent", "ErrNotFound", "ErrUnauthorized", "ErrForbidden", "ErrInvalidRequest",
	"ErrRateLimited", "ErrUnknown",
}

// inconsistencies holds for every call, whatever its case says.
func (got *observed) inconsistencies() (problems []string) {
	report := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if hasResult := got.group != nil || got.receipt != nil; hasResult == (got.err != nil) {
		report("result and error: %v and %v", hasResult, got.err)
	}
	deleted := got.operation == "DeleteGroup" && errors.Is(got.err, client.ErrNotFound)
	switch {
	case got.operation == "GetGroup":
		if got.executed {
			report("a read has changed the group")
		}
	case got.err == nil && !got.executed:
		report("success was reported, and nothing has happened")
	case got.executed && !deleted && slices.Contains(nothingHappened, clienttest.ClassesOf(got.err)):
		report("a refusal was reported, and the change is there: %v", got.err)
	}
	for i, a := range got.attempts {
		last := i == len(got.attempts)-1
		switch {
		case a.Number != i+1 && (a.Number != 0 || !errors.Is(a.Err, client.ErrRateLimited)):
			report("attempt %d has the number %d", i+1, a.Number)
		case a.Op != got.operation || a.Method != clienttest.OperationNamed(got.operation).Method:
			report("attempt %d is one of %s, %q", i+1, a.Op, a.Method)
		case !last && (a.Err == nil || !a.WillRetry):
			report("attempt %d was the last one, says the observer: %+v", i+1, a)
		case last && a.StatusCode != 0 && a.StatusCode != got.info.StatusCode:
			report("status %d in the last attempt, %d in CallInfo", a.StatusCode, got.info.StatusCode)
		}
	}
	if strings.ContainsAny(fmt.Sprint(got.err), "\n\r") {
		report("the error has more than one line: %q", got.err)
	}
	return problems
}
