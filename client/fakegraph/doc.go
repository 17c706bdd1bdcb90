// Package fakegraph is a fake Graph server, for tests of programs in any language. It serves the group operations from
// a state in memory. It checks every request, and every response of its own, against the OpenAPI document of this
// project. [WithStrictHeaders] also checks headers that Meta documents but Graph is not known to require.
//
// In a test, [Start] listens on a free loopback port until the test ends:
//
//	group := fakegraph.Group{ID: "Z3JvdXA", Subject: "Allotment"}
//	fake := fakegraph.Start(t, fakegraph.WithGroups(group))
//	c, err := client.New(client.StaticToken("any"), client.WithBaseURL(fake.URL()))
//
// [Server.FailNext] makes the next request fail: with any Graph error or status, with a response that is late, missing,
// cut off or endless, or with a connection lost before or after the change. [Server.Group] and [Server.Photo] return
// the state, and [Server.Requests] the requests.
//
// Tokens, app secrets and proofs of 8 characters or more do not appear in responses, in records, or in a printed
// Server.
//
// # Without a socket
//
// [New] and [Server.Doer] do the same over HTTP/1.1 on a connection in memory. This works in a testing/synctest bubble,
// where time is virtual, so timeouts and the delays of faults take no real time:
//
//	synctest.Test(t, func(t *testing.T) {
//		fake, err := fakegraph.New(fakegraph.WithGroups(group))
//		defer fake.Close()
//		c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
//	})
//
// # Webhooks
//
// Graph accepts a change, applies it later and reports the outcome in a webhook. With [WithWebhook] the fake does the
// same. It checks each webhook against the contract, signs it, and delivers it to a URL or to a handler in memory, such
// as that of package webhook. [WebhookFault] makes an accepted change fail, as a whole or in part, or its webhook come
// early, late, twice, never, in a batch or with a wrong signature.
//
// # Other languages, and the page
//
// With [WithControl], which "wagroups fake" uses, the server has a JSON API below /_fake/ that does everything that a
// Go test does with a [Server]. A browser shows a page there, with the requests and deliveries as they arrive, and
// buttons for faults.
//
// # Differences from Graph
//
// Without [WithWebhook] changes are applied at once. The fake has no rate limit of its own (use [Server.FailNext]),
// cannot create groups through the Graph API, and treats every version of the form v1.2 alike.
//
// The fake is stricter than the contract in one case: it refuses profile_picture_file as a text, which is a local path.
// It is less strict in another: it accepts the empty JSON object {}, which Meta's reference page sends in its sample of
// the POST and which lacks the required messaging_product. It changes nothing.
package fakegraph
