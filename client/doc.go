// Package client reads, changes and deletes WhatsApp groups through Meta's Graph API.
//
//	c, err := client.New(client.StaticToken(token))
//	group, err := c.GetGroup(ctx, groupID)
//	receipt, err := c.UpdateGroup(ctx, groupID, client.GroupUpdate{Subject: &subject})
//	receipt, err = c.SetGroupPhoto(ctx, groupID, file)
//	receipt, err = c.DeleteGroup(ctx, groupID)
//
// A [Client] checks its arguments before it sends anything, never follows a redirect, reads at most 1 MiB of an answer
// and works with whatever HTTP client it is given. One client serves any number of goroutines.
//
// # Accepted is not applied
//
// The server accepts a change first and applies it later. A [Receipt] therefore says that the change was accepted; a
// webhook, group_settings_update or group_lifecycle_update, reports what became of it.
//
// # Errors
//
// Every error matches exactly one of the Err… values under [errors.Is], which is what a program decides by. For the
// details use [errors.As] with [*Error], the report of the server or the network; [*ArgumentError], a rule that an
// argument broke; or [*DecodeError], a successful answer that makes no sense. An error caused by the context also
// matches [context.Canceled] or [context.DeadlineExceeded].
//
// No error and no log record contains the access token, the app secret, a proof made from them or a group id, which
// encodes a phone number. Printing a [Client], an [Option] or a [StaticToken] shows none of them either; only a [Group]
// holds its id.
//
// # Retries and unknown outcomes
//
// By default a call makes up to three attempts, with a random wait between them; [RetryPolicy] has the rules. Reads and
// deletions are repeated after every failure that may pass. UpdateGroup and SetGroupPhoto are repeated only when the
// server did not carry them out, because it was not reached or because it refused for a quota's sake. A wait that the
// server asks for is kept, unless it is longer than MaxDelay: then the call ends, and until that time has passed all
// calls of the client fail at once with [ErrRateLimited], without touching the network. Nothing waits beyond the
// context's deadline.
//
// If a change was sent and its answer was lost or broken, the change may or may not have been carried out. The error
// then matches [ErrAmbiguous]; read the group before you repeat the call. A deletion is repeated instead, and when the
// group is gone by then the call succeeds with [Receipt.Repeated]. [ErrUnavailable] after a change is the server's own
// report of trouble, which leaves the outcome open too, and [ErrPartial] says that a part was carried out; under every
// other class nothing was.
//
// # Testing
//
// Package fakegraph is a fake of the server with real state and faults on demand:
//
//	fake := fakegraph.Start(t)
//	c, err := client.New(client.StaticToken("test-token"), client.WithBaseURL(fake.URL()))
package client
