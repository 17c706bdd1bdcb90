package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/wagroups/wagroups-go/gen"
)

// Client manages WhatsApp groups. Create one with [New]; the zero Client cannot be used. A Client never changes, and it
// is safe for concurrent use. [Client.WithTokenSource] creates clients for other tenants.
//
// A group ID has 1 to 256 letters, digits, '_', '=' and '-'. That is a rule of this package. If an argument breaks a
// rule, the method returns an [*ArgumentError] and sends nothing.
type Client struct {
	// There are secrets behind it, and no printer follows a func.
	tenant func() *tenant
}

// Format writes the type's name, whatever the verb.
func (Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "client.Client") }

// tenant is what the calls with one TokenSource share.
type tenant struct {
	*core
	tokens TokenSource
	auth   authorization
}

// core is what a client shares with those made from it.
type core struct {
	settings
	native    bool // doer is net/http's own
	h2c       bool // and may speak HTTP/2 in the clear
	templates templates
	budget    budget
	pauses    pauses
	clock     clockSkew
	part      atomic.Int32 // of photoParts, that the server has accepted
	warned    atomic.Bool  // of another API version
}

// New creates a client that authenticates with the tokens of ts. It checks every option and, if ts is a [StaticToken],
// the token; the error is an [*ArgumentError]. It sends nothing.
func New(ts TokenSource, opts ...Option) (*Client, error) {
	c := &core{settings: defaultSettings()}
	for _, opt := range opts {
		if opt == nil {
			continue
		}
		if err := opt.apply(&c.settings); err != nil {
			return nil, err
		}
	}
	c.budget.init()
	c.pauses.init()
	var err error
	c.templates, err = newTemplates(c.baseURL, c.version, userAgent(c.product))
	if err != nil {
		return nil, err
	}
	if d, ok := c.doer.(*http.Client); ok && d.Timeout > 0 && (c.attemptTimeout == 0 || d.Timeout < c.attemptTimeout) {
		c.attemptTimeout = d.Timeout
	}
	var transport *http.Transport
	c.doer, transport = withoutRedirects(c.doer, c.templates.get.request)
	c.native = transport != nil
	c.h2c = c.native && transport.Protocols != nil && transport.Protocols.UnencryptedHTTP2()
	return c.client(ts)
}

// WithTokenSource returns a client for another tenant, which uses the tokens of ts. It shares everything else with c:
// transport, options, retry budget, a pause of the whole app, and the corrected time of [WithAppSecret]. It needs a few
// hundred bytes. The error is an [*ArgumentError] about ts.
func (c *Client) WithTokenSource(ts TokenSource) (*Client, error) { return c.tenant().client(ts) }

func (c *core) client(ts TokenSource) (*Client, error) {
	if isNil(ts) {
		return nil, argumentError("ts", "must not be nil")
	}
	if static, ok := ts.(StaticToken); ok {
		if err := checkSecret("token", string(static)); err != nil {
			return nil, err
		}
	}
	t := &tenant{core: c, tokens: ts}
	return &Client{tenant: func() *tenant { return t }}, nil
}

// CloseIdleConnections closes the idle connections of the client's transport. Clients share the default transport, so
// this closes the connections of other clients too; they reconnect when they need to. If the [Doer] has no such method,
// nothing happens.
func (c *Client) CloseIdleConnections() {
	if d, ok := c.tenant().doer.(interface{ CloseIdleConnections() }); ok {
		d.CloseIdleConnections()
	}
}

// GetGroup reads a group. It requests the given fields, or all of them if none is given. An unknown field is refused.
// The response may omit fields: see [Group.Has].
//
// A read is retried after every failure that may be temporary: see [RetryPolicy].
func (c *Client) GetGroup(ctx context.Context, groupID string, fields ...Field) (*Group, error) {
	t := c.tenant()
	if err := checkCall(ctx, groupID); err != nil {
		return nil, err
	}
	u, err := t.templates.get.urlFor(groupID, fields)
	if err != nil {
		return nil, err
	}
	group := new(Group)
	k := call{tenant: t, op: &getGroup, groupID: groupID, template: t.templates.get.request, url: u, into: group}
	if err := k.do(ctx); err != nil {
		return nil, err
	}
	return group, nil
}

// GroupUpdate is the new subject and description of a group, in UTF-8. A nil field leaves the setting unchanged; at
// least one must be set. new("a text") returns a pointer.
type GroupUpdate struct {
	// Subject has 1 to 128 characters; the maximum is from Meta's reference.
	Subject *string
	// Description has at most 2048 characters; the maximum is from Meta's reference. An empty one removes the
	// description.
	Description *string
}

func (u GroupUpdate) check() error {
	if u.Subject == nil && u.Description == nil {
		return argumentError("GroupUpdate", "must set Subject or Description")
	}
	if u.Subject != nil {
		if err := checkText("GroupUpdate.Subject", *u.Subject, 1, maxSubjectLen); err != nil {
			return err
		}
	}
	if u.Description != nil {
		return checkText("GroupUpdate.Description", *u.Description, 0, maxDescriptionLen)
	}
	return nil
}

// UpdateGroup changes a group's subject, its description or both. The receipt means that the server accepted the
// change, and will apply it later.
//
// An update is retried only if the server did not carry it out: see [RetryPolicy]. If the response is lost, the error
// matches [ErrAmbiguous]; if the server reports a failure of its own, it matches [ErrUnavailable]. In both cases the
// change may have been made.
func (c *Client) UpdateGroup(ctx context.Context, groupID string, u GroupUpdate) (*Receipt, error) {
	t := c.tenant()
	if err := checkCall(ctx, groupID); err != nil {
		return nil, err
	}
	if err := u.check(); err != nil {
		return nil, err
	}
	body, err := jsonPayload(gen.UpdateGroupSettingsJSONRequestBody{
		MessagingProduct: gen.MessagingProductWhatsapp,
		Subject:          u.Subject,
		Description:      u.Description,
	})
	if err != nil {
		return nil, err
	}
	return t.change(ctx, &updateGroup, groupID, &t.templates.update, body)
}

// SetGroupPhoto replaces a group's photo. The photo is a square JPEG of at most 5 MiB (5,242,880 bytes) and at least
// 192 by 192 pixels; these limits are from Meta's reference. They are checked before anything is sent, using the
// image's header only: the rest of the file may be damaged.
//
// A *os.File of a regular file, a *bytes.Reader, a *strings.Reader and an *io.SectionReader are sent from the current
// position to the end without being loaded into memory. They are read with ReadAt, so the position does not change. Any
// other reader, including one that embeds such a type, is read into memory first. Neither the context nor a time limit
// ends a Read that blocks. SetGroupPhoto does not use the reader after it has returned.
//
// The photo is sent in the part "file", as in Meta's reference. If the server refuses that as an invalid parameter
// (codes 100, 131008 and 131009), the call sends it once more as "profile_picture_file", a name that third parties
// report. The client remembers which name was accepted.
//
// Retries and errors are those of [Client.UpdateGroup]. If the reader fails, the error matches the reader's own error,
// and [ErrNotSent], or [ErrAmbiguous] if an earlier attempt may have set the photo.
func (c *Client) SetGroupPhoto(ctx context.Context, groupID string, jpeg io.Reader) (*Receipt, error) {
	t := c.tenant()
	if err := checkCall(ctx, groupID); err != nil {
		return nil, err
	}
	deadline := t.deadlineOf(ctx) // of the reading, too
	photo := photoUpload{form: t.templates.form, part: int(t.part.Load())}
	var err error
	if photo.content, photo.size, err = openPhoto(ctx, deadline, jpeg); err != nil {
		return nil, t.unreadPhoto(groupID, err)
	}
	receipt := new(Receipt)
	k := call{
		tenant: t, op: &setGroupPhoto, groupID: groupID, template: t.templates.photo.request,
		url: t.templates.photo.url(groupID), payload: photo.payload(), photo: photo, into: receipt, deadline: deadline,
	}
	if err := k.do(ctx); err != nil {
		return nil, err
	}
	t.part.Store(int32(k.photo.part))
	k.cleanReceipt(receipt)
	return receipt, nil
}

// DeleteGroup deletes a group and removes all participants from it, including the business. The receipt means that the
// server accepted the deletion, and will carry it out later. A deletion cannot be undone.
//
// A deletion is retried like a read. If the group no longer exists and an earlier attempt may have deleted it, the call
// succeeds and sets [Receipt.Repeated]. If no attempt gets a response, the error matches [ErrAmbiguous].
func (c *Client) DeleteGroup(ctx context.Context, groupID string) (*Receipt, error) {
	t := c.tenant()
	if err := checkCall(ctx, groupID); err != nil {
		return nil, err
	}
	return t.change(ctx, &deleteGroup, groupID, &t.templates.delete, nil)
}

func (t *tenant) change(
	ctx context.Context, op *operation, groupID string, in *template, body *payload,
) (*Receipt, error) {
	receipt := new(Receipt)
	k := call{
		tenant: t, op: op, groupID: groupID, template: in.request, url: in.url(groupID), payload: body, into: receipt,
	}
	if err := k.do(ctx); err != nil {
		return nil, err
	}
	k.cleanReceipt(receipt)
	return receipt, nil
}
