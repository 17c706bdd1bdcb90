// Package fakegraph is a Graph server for tests of programs in any language: it serves the group operations from a
// state in memory. Every request is checked against the OpenAPI document of this project, and so is every response, so
// a program that works against it sends what Graph asks for. [WithStrictHeaders] adds what Meta documents but Graph is
// not known to insist on.
//
// In a test, [Start] listens on a free loopback port and closes with the test:
//
//	group := fakegraph.Group{ID: "Z3JvdXA", Subject: "Allotment"}
//	fake := fakegraph.Start(t, fakegraph.WithGroups(group))
//	c, err := client.New(client.StaticToken("any"), client.WithBaseURL(fake.URL()))
//
// [Server.FailNext] makes the next request fail: with any Graph error or status, late, never, cut off, endless, or with
// the connection lost before or after the change was made. [Server.Group] and [Server.Photo] tell what became of the
// state, [Server.Requests] tells what arrived.
//
// Tokens, app secrets and proofs of 8 characters or more appear in neither responses nor records nor a printed Server.
//
// # Without a socket
//
// [New] and [Server.Doer] do the same over HTTP/1.1 on a connection in memory. In a testing/synctest bubble, where time
// is virtual, timeouts and the delays of faults then cost nothing:
//
//	synctest.Test(t, func(t *testing.T) {
//		fake, err := fakegraph.New(fakegraph.WithGroups(group))
//		defer fake.Close()
//		c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
//	})
//
// # What became of a change
//
// Graph accepts a change, applies it later and reports the outcome in a webhook. With [WithWebhook] the fake does too:
// it signs each report with code of its own, checks it against the contract, and delivers it to a URL or to a handler
// in memory, which may be that of package webhook. [WebhookFault] makes an accepted change fail, as a whole or in part,
// and its report come early, late, twice, never, in a batch or wrongly signed.
//
// # From other languages, and from a browser
//
// With [WithControl], which "wagroups fake" sets, the server has a JSON API below /_fake/ for all that a Go test does
// with a [Server], and a page that shows requests and deliveries as they come and injects faults with a click.
//
// # Where it differs from Graph
//
// Without [WithWebhook] changes apply at once. The fake applies no rate limit of its own (see [Server.FailNext]),
// creates no groups through the API and serves every version of the form v1.2 alike.
//
// It is stricter than an OpenAPI validator in that profile_picture_file, a local path, is refused. It is laxer in one
// case: the empty JSON object {}, which the reference page sends in its sample of the POST and which lacks the required
// messaging_product, is accepted and changes nothing.
package fakegraph
