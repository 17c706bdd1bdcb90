package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/wagroups/wagroups-go/client"
)

// explain says in one line what happened and what to do about it.
func explain(err error) string {
	if e, ok := errors.AsType[*client.ArgumentError](err); ok {
		return typedName(e.Arg) + ": " + strings.ReplaceAll(e.Reason, "WithAPIVersion", typedName("WithAPIVersion"))
	}
	e, ok := errors.AsType[*client.Error](err)
	switch {
	case mayHaveRun(err):
		return why(err, e) + facts(e) + "; " + mayHaveRunAdvice(err, e)
	case errors.Is(err, context.Canceled) && ok && e.Op != opGet:
		return "interrupted; nothing was changed"
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case !ok:
		return err.Error()
	}
	text := why(err, e) + facts(e)
	switch client.Class(err) {
	case client.ErrNotFound:
		return "no such group, or your business is not in it" + facts(e) + "; check the ID"
	case client.ErrUnauthorized:
		return "the token was refused: " + text + "; set " + envToken + " to a valid token, and " +
			envAppSecret + " if the app requires proofs"
	case client.ErrForbidden:
		return "not allowed: " + text + "; check what the token may do, and whether the group is suspended"
	case client.ErrRateLimited:
		wait := "some minutes"
		if e.RetryAfter > 0 {
			wait = seconds(e.RetryAfter)
		}
		return "too many calls: " + text + "; wait " + wait
	case client.ErrUnavailable:
		return "the server is not available: " + text + "; try again later"
	case client.ErrNotSent:
		return "cannot reach the server: " + text + "; nothing was sent: check the network and --base-url"
	case client.ErrMalformedResponse:
		return text + "; check --base-url"
	case client.ErrInvalidRequest:
		return "the server refused the request: " + text
	}
	if e.Code == 0 { // not a response of Graph
		text += "; check --base-url"
	}
	return "the call failed: " + text
}

// mayHaveRunAdvice says what to do where a change may have been carried out.
func mayHaveRunAdvice(err error, e *client.Error) string {
	const look = "look with 'wagroups get' before you run it again"
	switch {
	case errors.Is(err, client.ErrPartial):
		return "a part of the change was carried out: look with 'wagroups get'"
	case e.Op == opPhoto:
		return "the photo may have been set: to send the same photo again is harmless"
	case e.Op == opDelete:
		return "the group may have been deleted: " + look
	}
	return "the change may have been carried out: " + look
}

// why is the reason in the words of the server, or of the connection where there was no response.
func why(err error, e *client.Error) string {
	if class := client.Class(err); class == client.ErrMalformedResponse ||
		class == client.ErrAmbiguous && e.StatusCode/100 == 2 && e.Code == 0 {
		return strings.TrimSuffix("the response cannot be understood, it is "+e.ContentType, ", it is ")
	}
	if e.StatusCode != 0 {
		var texts []string
		for _, text := range []string{e.Message, e.Details, e.UserTitle, e.UserMessage} {
			if text = strings.TrimRight(text, ". "); text != "" && !strings.Contains(strings.Join(texts, ": "), text) {
				texts = append(texts, text)
			}
		}
		if len(texts) > 0 {
			return strings.Join(texts, ": ")
		}
	}
	if limit, ok := errors.AsType[*timeoutError](err); ok {
		return "no response within " + seconds(limit.limit) + " (--timeout)"
	}
	dial, _ := errors.AsType[*net.OpError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	text, known := systemText(err)
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.Is(err, context.DeadlineExceeded):
		return "no response in time"
	case untrusted:
		return "its certificate is not trusted"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET):
		return "the server closed the connection"
	case plain:
		return "it speaks http, not https"
	case known && dial != nil && dial.Op == "proxyconnect":
		return "the proxy cannot be reached: " + text
	case known:
		return text
	case e.Message != "":
		return e.Message
	}
	return "the connection failed"
}

// facts are what a support request to Meta needs.
func facts(e *client.Error) string {
	var texts []string
	add := func(wanted bool, format string, value any) {
		if wanted {
			texts = append(texts, fmt.Sprintf(format, value))
		}
	}
	add(e.StatusCode != 0 && e.Code == 0, "HTTP status %d", e.StatusCode)
	add(e.Code != 0, "code %d", e.Code)
	add(e.Subcode != 0, "subcode %d", e.Subcode)
	add(e.Attempts > 1, "%d attempts", e.Attempts)
	add(e.TraceID != "", "trace ID %s", e.TraceID)
	if len(texts) == 0 {
		return ""
	}
	return " (" + strings.Join(texts, ", ") + ")"
}

// typedName is what a person at a command line knows an argument of package client as.
func typedName(arg string) string {
	switch arg {
	case "groupID":
		return "ID"
	case "jpeg":
		return "FILE"
	case "fields":
		return "--fields"
	case "GroupUpdate.Subject":
		return "--subject"
	case "GroupUpdate.Description":
		return "--description"
	case "WithBaseURL":
		return "--base-url or " + envBaseURL
	case "WithAPIVersion":
		return "--api-version"
	case "token":
		return envToken
	case "WithAppSecret", "Config.AppSecrets[0]":
		return envAppSecret
	}
	return arg
}
