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
// a change was accepted; the server applies it later and reports the outcome in a webhook. Package
// [github.com/wagroups/wagroups-go/client/webhook] receives webhooks, and waits for the one that a receipt stands for.
//
// # Errors
//
// Every error matches exactly one of the Err… values, such as [ErrNotFound], under [errors.Is]: decide by that. Details
// are in [*Error] and [*ArgumentError]. An error that the context or a time limit caused also matches
// [context.Canceled] or [context.DeadlineExceeded]. No error and no log record holds the token, the app secret, a proof
// made from them or a group ID, which encodes a phone number.
//
// # Outcomes
//
// What an attempt comes to, by what is known at its end. A change that failed may have been carried out under
// [ErrAmbiguous] and [ErrUnavailable], and in part under [ErrPartial]; under every other class it was not. Cut means
// that the response's body broke off.
//
//	evidence                                                  change           read
//	no connection took the request whole                      ErrNotSent       ErrNotSent
//	REFUSED_STREAM over HTTP/2, sent once                     ErrNotSent       ErrNotSent
//	no response to a whole request                            ErrAmbiguous     ErrUnavailable
//	status below 200, 303, 304 or above 599                   ErrAmbiguous     ErrUnknown
//	a redirect that the Doer followed                         ErrAmbiguous     ErrUnknown
//	any other 3xx                                             ErrUnknown       ErrUnknown
//	401, cut                                                  ErrUnauthorized  ErrUnauthorized
//	403, cut                                                  ErrForbidden     ErrForbidden
//	429, cut                                                  ErrRateLimited   ErrRateLimited
//	any other 2xx, 4xx or 5xx, cut                            ErrAmbiguous     ErrUnavailable
//	2xx, whole, that cannot be understood                     ErrAmbiguous     ErrMalformedResponse
//	2xx, 3xx or 4xx that reports success and a failure        ErrAmbiguous     by the failure
//	an error of Graph, whole                                  by its code      by its code
//	any other 4xx, whole                                      by its status    by its status
//	any other 5xx, whole                                      ErrUnavailable   ErrUnavailable
//	sent again after it was taken whole, then not a success   ErrAmbiguous     as above
//
// The last row holds for each sender: the client in a further attempt, net/http, and the Doer. In it, a
// group that is gone is a deletion that succeeded, see [Receipt.Repeated]; ErrUnavailable and ErrPartial stay what they
// are; and no read is ErrNotSent.
//
// # Retries
//
// A call makes up to three attempts. Reads and deletions are retried after every failure that may pass, updates and
// photos only when the server did not carry them out; [RetryPolicy] has the rules. After [ErrAmbiguous] read the group
// before you retry the call.
//
// # Many tokens
//
// One client serves many tokens: [Client.WithTokenSource] makes one for each tenant, which shares connections, options,
// the budget for retries and a pause of the whole app with the others. A throttled token holds back its own calls only.
//
// # Limits
//
// An attempt may take 30 seconds ([WithAttemptTimeout]), a call until its context's deadline or else 2 minutes
// ([WithTimeout]). [WithCallInfo] says how much of Graph's quotas is used, and [WithLimiter] keeps a program below
// them. When one is used up the error matches [ErrRateLimited]; if the server says for how long, further calls with
// that token, or of the app, wait or fail until then without touching the network: see [WithMaxPause].
//
// # Testing
//
// Package [github.com/wagroups/wagroups-go/client/fakegraph] is a fake of the server, with real state and faults on
// demand. The examples talk to one that their startFake starts; a program leaves that out, and [WithBaseURL] with it.
//
//	fake := fakegraph.Start(t)
//	c, err := client.New(client.StaticToken("any"), client.WithBaseURL(fake.URL()))
package client
