// Package webhook receives what WhatsApp reports later: what became of a change of a group.
//
// The response to a change says that it was accepted. WhatsApp applies it afterwards and reports the outcome in a
// webhook that carries the request ID of the [client.Receipt]. A program that serves the webhooks can wait for it:
//
//	var outcomes webhook.Outcomes
//	handler, err := webhook.NewHandler(webhook.Config{
//		VerifyToken: verifyToken, AppSecrets: []string{appSecret}, Receive: outcomes.Receive,
//	})
//	http.Handle("/webhook", handler)
//
//	receipt, err := c.UpdateGroup(ctx, groupID, update)
//	event, err := outcomes.Wait(ctx, receipt) // err is nil when the change was applied
//
// [ParseRequest] serves an endpoint that exists already, [Verify] and [Parse] a body that is there, and [Sign] your own
// tests. Nothing of a body is looked at before its signature is verified.
//
// # Subscription
//
// Events come only after all of this:
//
//  1. The callback URL has https with a certificate of a public authority, and this package's handler behind it.
//  2. App Dashboard › WhatsApp › Configuration has the URL and the verify token, a text of your own choice. WhatsApp
//     makes the handshake at once.
//  3. The same page: the app is subscribed to the fields group_settings_update and group_lifecycle_update, and to
//     group_participants_update, group_status_update and messages if you want those. "Include Values" is on.
//  4. The account: POST /{WhatsApp Business Account ID}/subscribed_apps with the app's token. Without this step the
//     dashboard's Test button works, and nothing else comes.
//  5. The app is live: in development mode some webhooks do not come.
//
// # Which secret
//
// The key of the signature is the app secret, from App Dashboard › App settings › Basic, of the app that is
// subscribed. It is not the access token, and not the verify token, which is for the handshake alone.
//
// # What to expect
//
// Meta documents that events come more than once, in any order, many in one delivery, and late: whatever does not
// respond with 200 gets the same again for up to 7 days. So store and respond, work afterwards, and recognize what was
// done by [Event.Key]. A signature has no time in it, so a captured delivery stays valid.
//
// Meta's pages contradict each other on the form of these events, and this package takes each form. It is unknown
// whether an absent update_successful means that a setting was applied, whether a webhook always comes, and how soon.
// Bound each wait, and read the group when it ends without an event.
package webhook
