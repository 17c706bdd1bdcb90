// Package client reads, changes and deletes WhatsApp groups through Meta's Graph API.
//
//	c, err := client.New(client.StaticToken(token))
//	group, err := c.GetGroup(ctx, groupID)
//	update := client.GroupUpdate{Subject: new("Allotment 2026")}
//	receipt, err := c.UpdateGroup(ctx, groupID, update)
//	receipt, err = c.SetGroupPhoto(ctx, groupID, file)
//	receipt, err = c.DeleteGroup(ctx, groupID)
//
// One [Client] serves any number of goroutines. It checks its arguments before it sends anything. A [Receipt] says that
// a change was accepted; the server applies it later and reports the outcome in a webhook.
//
// # Errors
//
// Every error matches exactly one of the Err… values, such as [ErrNotFound], under [errors.Is]: decide by that. Details
// are in [*Error] and [*ArgumentError]. An error that the context or a time limit caused also matches
// [context.Canceled] or [context.DeadlineExceeded]. No error and no log record holds the token, the app secret, a proof
// made from them or a group id, which encodes a phone number.
//
// # Retries and unknown outcomes
//
// A call makes up to three attempts. Reads and deletions are repeated after every failure that may pass, updates and
// photos only when the server did not carry them out; [RetryPolicy] has the rules. If a change was sent and its answer
// was lost, the error matches [ErrAmbiguous]: read the group before you repeat the call.
//
// # Limits
//
// An attempt may take 30 seconds ([WithAttemptTimeout]), a call until its context's deadline or else 2 minutes
// ([WithTimeout]). [WithCallInfo] says how much of Graph's quotas is used, and [WithLimiter] keeps a program below
// them. When one is used up the error matches [ErrRateLimited]; if the server says for how long, further calls
// until then fail at once, without touching the network.
//
// # Testing
//
// Package [github.com/wagroups/wagroups-go/client/fakegraph] is a fake of the server, with real state and faults on
// demand. The examples talk to one that their startFake starts; a program leaves that out, and [WithBaseURL] with it.
//
//	fake := fakegraph.Start(t)
//	c, err := client.New(client.StaticToken("any"), client.WithBaseURL(fake.URL()))
package client
