package main

import "github.com/wagroups/wagroups-go/client"

// showReceipt shows what came of a change, unless nobody wants to know.
func (a *app) showReceipt(receipt *client.Receipt, later string) error {
	if a.quiet && a.output == formatTable {
		return nil
	}
	return a.show(receiptResult{receipt, later})
}

// receiptResult shows that a change was accepted.
type receiptResult struct {
	*client.Receipt
	later string // what WhatsApp will do
}

func (r receiptResult) table(page) string {
	text := "Accepted. WhatsApp " + r.later + " later"
	if r.RequestID != "" {
		text += "; request id " + r.RequestID
	}
	text += "."
	if r.Repeated {
		text += " The answer to a first request was lost; the group was gone at the second."
	}
	return printable(text) + "\n"
}

func (r receiptResult) object() any {
	return struct {
		Accepted  bool   `json:"accepted"`
		RequestID string `json:"request_id,omitempty"`
		Repeated  bool   `json:"repeated"`
	}{true, r.RequestID, r.Repeated}
}
