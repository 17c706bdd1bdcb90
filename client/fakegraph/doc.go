// Package fakegraph is a Graph server for tests: it answers the three group operations from a state in memory, and
// it is as strict as its contract. Every request is checked against the OpenAPI document of this project, and so is
// every answer, so a program that works against it sends what the reference asks for.
//
// In a test, Start listens on a free loopback port and closes with the test:
//
//	fake := fakegraph.Start(t, fakegraph.WithGroups(fakegraph.Group{ID: "Z3JvdXA", Subject: "Allotment"}))
//	c, err := client.New(client.StaticToken("any"), client.WithBaseURL(fake.URL()))
//
// Without a socket, New and Server.Doer do the same over HTTP/1.1 on an in-memory connection. This is the form for a
// testing/synctest bubble, where delays cost no time:
//
//	fake, err := fakegraph.New()
//	c, err := client.New(client.StaticToken("any"), client.WithHTTPClient(fake.Doer()))
//
// Server.FailNext makes the next request fail: with any Graph error or status, late, never, cut off, endless, or with
// the connection lost before or after the change was made. Server.Requests tells what arrived. Tokens and app secret
// proofs appear in neither answers nor records.
//
// # Where it differs from Graph
//
// Changes apply at once; Graph accepts them, applies them later and reports the outcome in a webhook. The fake sends
// no webhooks, applies no rate limit of its own (see FailNext), creates no groups through the API and serves every
// version of the form v1.2 alike.
//
// It is stricter than an OpenAPI validator in that profile_picture_file, a local path, is refused. It is laxer in one
// case: the empty JSON object {}, which the reference page sends in its sample of the POST and which lacks the
// required messaging_product, is accepted and changes nothing.
package fakegraph
