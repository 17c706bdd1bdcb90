package client

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"

	"github.com/wagroups/wagroups-go/gen"
)

// Client manages WhatsApp groups. [New] makes one; the zero Client cannot be used. It does not change afterwards, and
// may be used by any number of goroutines at once. [Client.WithTokenSource] makes clients for further tenants.
//
// Its methods take a group ID of 1 to 256 letters, digits, '_', '=' and '-'; that is a rule of this package. An
// argument that breaks a rule is an [*ArgumentError], and nothing is sent.
type Client struct {
	// There are secrets behind it, and no printer follows a func.
	tenant func() *tenant
}

// Format writes the type's name under every verb of package fmt.
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

// New makes a client that authenticates with the tokens of ts. It checks every option and, if ts is a [StaticToken],
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

// WithTokenSource returns a client for another tenant, with the tokens of ts. It costs a few hundred bytes and shares
// everything else with c: transport, options, the budget for retries, a pause of the app, and the correction of the
// clock. The error is an [*ArgumentError] about ts.
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

// CloseIdleConnections closes the connections of the client's transport that no call uses. Clients share the default
// transport, so it closes theirs too; they dial again when they need to. It does nothing if the [Doer] has no such
// method.
func (c *Client) CloseIdleConnections() {
	if d, ok := c.tenant().doer.(interface{ CloseIdleConnections() }); ok {
		d.CloseIdleConnections()
	}
}

// GetGroup reads a group. It asks for the given fields, or for all of them when none is given; an unknown field is
// refused. The response may omit some of them: see [Group.Has].
//
// A read is retried after every failure that may pass: see [RetryPolicy].
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

// GroupUpdate holds the new texts of a group, in UTF-8. A nil field leaves the setting as it is; at least one must be
// set. new("a text") makes the pointer.
type GroupUpdate struct {
	// Subject has 1 to 128 characters; the maximum is the reference's.
	Subject *string
	// Description has at most 2048 characters; the maximum is the reference's. An empty one removes the description.
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

// UpdateGroup changes a group's subject, its description or both. The receipt says that the server accepted the
// change; it is applied later.
//
// An update is retried only when the server did not carry it out: see [RetryPolicy]. If its response is lost the error
// matches [ErrAmbiguous]; if the server reports a failure of its own, [ErrUnavailable]. In both cases the change may
// have been made.
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

// SetGroupPhoto replaces a group's photo by a square JPEG of at most 5 MiB (5,242,880 bytes) and at least 192 by 192
// pixels; the limits are the reference's. They are checked before anything is sent, by the image's header: that the
// rest can be decoded is not checked.
//
// A *os.File of a regular file, *bytes.Reader, *strings.Reader or *io.SectionReader is read from its current position
// to its end, while it is being sent, by ReadAt: its position does not move. Any other reader, one that embeds such a
// type included, is first read to its end into memory. A reader that blocks holds the call up: neither the context nor
// a time limit ends a read. The reader is not touched any more when SetGroupPhoto has returned.
//
// The photo is sent in the part "file", as the reference says. Where the server refuses that as a wrong parameter
// (codes 100, 131008 and 131009), the call sends it once more as "profile_picture_file", as third parties report; the
// client remembers which one was accepted.
//
// Retries and errors are those of [Client.UpdateGroup]. A reader that fails ends the call with [ErrNotSent] and its own
// error, or with [ErrAmbiguous] if an earlier attempt may have set the photo.
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

// DeleteGroup deletes a group and removes everybody from it, the business included. The receipt says that the server
// accepted the deletion; it is carried out later. This cannot be undone.
//
// A deletion is retried like a read. If the group is gone when an earlier attempt may have been carried out, the call
// succeeds with [Receipt.Repeated] set. If its response stays lost the error matches [ErrAmbiguous].
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
