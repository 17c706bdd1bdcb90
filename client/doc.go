// Package client reads, changes and deletes WhatsApp groups through Meta's Graph API.
//
//	c, err := client.New(client.StaticToken(token))
//	group, err := c.GetGroup(ctx, groupID)
//	update := client.GroupUpdate{Subject: new("Allotment 2026")}
//	receipt, err := c.UpdateGroup(ctx, groupID, update)
//	receipt, err = c.SetGroupPhoto(ctx, groupID, file)
//	receipt, err = c.DeleteGroup(ctx, groupID)
//
// Create one [Client] and use it from any number of goroutines. Invalid arguments are refused before anything is sent.
// A [Receipt] means that the server accepted a change. The server applies the change later and reports the outcome in a
// webhook: package [github.com/wagroups/wagroups-go/client/webhook] receives it and waits for it.
//
// # Errors
//
// Every error matches exactly one [ErrorClass], such as [ErrNotFound], with [errors.Is]. Details are in [*Error] and
// [*ArgumentError]. An error that was caused by the context or by a time limit also matches [context.Canceled] or
// [context.DeadlineExceeded]. No error and no log record contains the token, the app secret, a proof made from them, or
// a group ID, which encodes a phone number.
//
// # Outcomes
//
// A change that failed may have been carried out if the class is [ErrAmbiguous] or [ErrUnavailable], and was carried
// out in part if it is [ErrPartial]. With every other class it was not carried out.
//
// The class follows from what is known at the end of an attempt. A response is "cut" if the connection broke before the
// end of its body.
//
//	evidence                                                  change           read
//	no connection received the complete request               ErrNotSent       ErrNotSent
//	REFUSED_STREAM over HTTP/2, sent once                     ErrNotSent       ErrNotSent
//	no response to a complete request                         ErrAmbiguous     ErrUnavailable
//	status below 200, 303, 304 or above 599                   ErrAmbiguous     ErrUnknown
//	a redirect that the Doer followed                         ErrAmbiguous     ErrUnknown
//	any other 3xx                                             ErrUnknown       ErrUnknown
//	401, cut                                                  ErrUnauthorized  ErrUnauthorized
//	403, cut                                                  ErrForbidden     ErrForbidden
//	429, cut                                                  ErrRateLimited   ErrRateLimited
//	any other 2xx, 4xx or 5xx, cut                            ErrAmbiguous     ErrUnavailable
//	2xx, complete, that cannot be decoded                     ErrAmbiguous     ErrMalformedResponse
//	2xx, 3xx or 4xx that reports success and a failure        ErrAmbiguous     by the failure
//	an error of Graph, complete                               by its code      by its code
//	any other 4xx, complete                                   by its status    by its status
//	any other 5xx, complete                                   ErrUnavailable   ErrUnavailable
//	sent again after a complete request, and no success       ErrAmbiguous     as above
//
// In the last row it does not matter who sent the request again: the client, net/http or the [Doer]. Three exceptions
// apply there: a deletion succeeds if the group is gone (see [Receipt.Repeated]), ErrUnavailable and ErrPartial stay as
// they are, and a read is never ErrNotSent.
//
// # Retries
//
// A call makes up to three attempts. Reads and deletions are retried after every failure that may be temporary. Updates
// and photos are retried only if the server did not carry them out. [RetryPolicy] has the exact rules. After
// [ErrAmbiguous], read the group before you call again.
//
// # Many tokens
//
// To serve many tokens, create one client and call [Client.WithTokenSource] for each tenant. These clients share
// connections, options and the retry budget. If one token is throttled, only calls with that token wait; if the whole
// app is throttled, all of them do.
//
// # Limits
//
// An attempt takes at most 30 seconds ([WithAttemptTimeout]). A call ends at its context's deadline, or after 2 minutes
// if the context has none ([WithTimeout]). [WithCallInfo] reports how much of Graph's quotas is used, and [WithLimiter]
// limits the rate of requests. When a quota is used up, the error matches [ErrRateLimited]. If the server says how long
// to wait, later calls wait or fail without sending a request until then; see [WithMaxPause].
//
// # Testing
//
// Package [github.com/wagroups/wagroups-go/client/fakegraph] is a fake server with state and with faults on demand:
//
//	fake := fakegraph.Start(t)
//	c, err := client.New(client.StaticToken("any"), client.WithBaseURL(fake.URL()))
//
// The examples on this page call a helper, startFake, that does the same; leave it and [WithBaseURL] out for Graph.
package client
