// Package webhook receives the webhooks of WhatsApp groups, which report whether a change was applied.
//
// The response to a change only says that WhatsApp accepted it. WhatsApp applies it later and reports the outcome in a
// webhook, which has the request ID of the [client.Receipt]. A program that receives webhooks can wait for the one that
// it needs:
//
//	var outcomes webhook.Outcomes
//	handler, err := webhook.NewHandler(webhook.Config{
//		VerifyToken: verifyToken, AppSecrets: []string{appSecret}, Receive: outcomes.Receive,
//	})
//	http.Handle("/webhook", handler)
//
//	receipt, err := c.UpdateGroup(ctx, groupID, update)
//	event, err := outcomes.Wait(ctx, receipt) // err is nil if the change was applied
//
// Without [Handler], use [ParseRequest] in an endpoint of your own, or [Verify] and [Parse] for a body that you have
// read. [Sign] makes signatures for tests. The handler and ParseRequest verify the signature before they parse the
// body.
//
// # Subscription
//
// Webhooks come only if all of this is done:
//
//  1. The callback URL uses https with a certificate of a public authority, and leads to this package's handler.
//  2. App Dashboard › WhatsApp › Configuration has the URL and the verify token, a text that you choose. WhatsApp then
//     sends the handshake at once.
//  3. On the same page, the app is subscribed to the fields group_settings_update and group_lifecycle_update, and, if
//     you need them, to group_participants_update, group_status_update and messages. "Include Values" is on.
//  4. The app is subscribed to the account: POST /{WhatsApp Business Account ID}/subscribed_apps with the app's token.
//     Without this step only the dashboard's Test button works.
//  5. The app is in Live mode. In development mode some webhooks do not come.
//
// # Secrets
//
// The signature is made with the app secret of the app that is subscribed, from App Dashboard › App settings › Basic.
// It is not the access token. The verify token is used in the handshake only.
//
// # What to expect
//
// According to Meta, events may come more than once, in any order, late, and many in one delivery. If the response to a
// delivery is not 200, WhatsApp sends it again for up to 7 days. So store each event and respond, do the work
// afterwards, and use [Event.Key] to recognize an event that you have handled. A signature contains no time: a delivery
// that somebody has captured stays valid.
//
// Meta's pages contradict each other about the form of these events; this package reads all of the forms. It is not
// known whether a missing update_successful means that a setting was applied, whether a webhook always comes, and how
// soon. So limit the time of each wait, and read the group if no event came.
package webhook
