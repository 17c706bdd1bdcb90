package client

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/wagroups/wagroups-go/gen"
)

// Client manages WhatsApp groups. [New] makes one; the zero Client cannot be used. It does not change afterwards, and
// may be used by any number of goroutines at once. A program needs one for each [TokenSource]: the calls of a client
// share its connections, a budget for retries, and a pause that the server has asked for.
//
// Its methods take a group id of 1 to 256 letters, digits, '_', '=' and '-'; that is a rule of this package. An
// argument that breaks a rule is an [*ArgumentError], and nothing is sent.
type Client struct{ core *core }

// Format writes the type's name under every verb of package fmt: there are secrets behind the pointer.
func (Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "client.Client") }

// core is what the calls of one Client share.
type core struct {
	settings
	tokens    TokenSource
	templates templates
	budget    budget
	throttle  throttle
	skew      clockSkew
	auth      authorization
	warnOnce  sync.Once
}

// New makes a client that authenticates with the tokens of ts. It checks every option and, if ts is a [StaticToken],
// the token; the error is an [*ArgumentError]. It sends nothing.
func New(ts TokenSource, opts ...Option) (*Client, error) {
	if ts == nil {
		return nil, argumentError("ts", "must not be nil")
	}
	if static, ok := ts.(StaticToken); ok {
		if err := checkToken(string(static)); err != nil {
			return nil, err
		}
	}
	c := &core{settings: defaultSettings(), tokens: ts}
	for _, opt := range opts {
		if opt == nil {
			continue
		}
		if err := opt.apply(&c.settings); err != nil {
			return nil, err
		}
	}
	c.doer = withoutRedirects(c.doer)
	c.budget.init()
	var err error
	c.templates, err = newTemplates(c.baseURL, c.version, userAgent(c.product))
	if err != nil {
		return nil, err
	}
	return &Client{core: c}, nil
}

// GetGroup reads a group. It asks for the given fields, or for all of them when none is given; an unknown field is
// refused. The answer may lack some of them: see [Group.Has].
//
// A read is repeated after every failure that may pass: see [RetryPolicy].
func (c *Client) GetGroup(ctx context.Context, groupID string, fields ...Field) (*Group, error) {
	if err := checkGroupID(groupID); err != nil {
		return nil, err
	}
	t := &c.core.templates.get
	u, err := t.urlFor(groupID, fields)
	if err != nil {
		return nil, err
	}
	group := new(Group)
	k := call{core: c.core, op: &getGroup, groupID: groupID, template: t.request, url: u, into: group}
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
// An update is repeated only when the server did not carry it out: see [RetryPolicy]. If its answer is lost the error
// matches [ErrAmbiguous]; if the server reports trouble of its own, [ErrUnavailable]. In both cases the change may have
// been made.
func (c *Client) UpdateGroup(ctx context.Context, groupID string, u GroupUpdate) (*Receipt, error) {
	if err := checkGroupID(groupID); err != nil {
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
	return c.change(ctx, &updateGroup, groupID, &c.core.templates.update, body)
}

// SetGroupPhoto replaces a group's photo by a square JPEG of at most 5 MiB (5,242,880 bytes) and at least 192 by 192
// pixels; the limits are the reference's. They are checked before anything is sent.
//
// A *os.File of a regular file, *bytes.Reader, *strings.Reader or *io.SectionReader is read from its current position
// to its end, while it is being sent, by ReadAt: its position does not move. Any other reader is first read to its end
// into memory, which neither the context nor a time limit cuts short. The reader is not touched any more when
// SetGroupPhoto has returned.
//
// Retries and errors are those of [Client.UpdateGroup]. A reader that fails ends the call with [ErrNotSent] and its own
// error, or with [ErrAmbiguous] if an earlier attempt may have set the photo.
func (c *Client) SetGroupPhoto(ctx context.Context, groupID string, jpeg io.Reader) (*Receipt, error) {
	if err := checkGroupID(groupID); err != nil {
		return nil, err
	}
	photo, size, err := openPhoto(jpeg)
	if err != nil {
		return nil, unreadPhoto(groupID, err)
	}
	t := &c.core.templates
	return c.change(ctx, &setGroupPhoto, groupID, &t.photo, t.form.payload(photo, size))
}

// DeleteGroup deletes a group and removes everybody from it, the business included. The receipt says that the server
// accepted the deletion; it is carried out later. This cannot be undone.
//
// A deletion is repeated like a read. If the group is gone when an earlier attempt may have been carried out, the call
// succeeds with [Receipt.Repeated] set. If its answer stays lost the error matches [ErrAmbiguous].
func (c *Client) DeleteGroup(ctx context.Context, groupID string) (*Receipt, error) {
	if err := checkGroupID(groupID); err != nil {
		return nil, err
	}
	return c.change(ctx, &deleteGroup, groupID, &c.core.templates.delete, nil)
}

func (c *Client) change(
	ctx context.Context, op *operation, groupID string, t *template, body *payload,
) (*Receipt, error) {
	receipt := new(Receipt)
	k := call{
		core: c.core, op: op, groupID: groupID, template: t.request, url: t.url(groupID), payload: body, into: receipt,
	}
	if err := k.do(ctx); err != nil {
		return nil, err
	}
	return receipt, nil
}
