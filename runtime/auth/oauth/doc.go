// Package oauth logs users in with the accounts that they have elsewhere:
// OAuth 2 authorization code flow with PKCE, for browsers. It takes the place
// of @feathersjs/authentication-oauth.
//
//	GET /oauth/github                 sends the browser to GitHub
//	GET /oauth/github?redirect=/chat  the same, and comes back to /chat
//	GET /oauth/github/callback        where GitHub sends it back to
//
// A login ends at `<origin><redirect>#access_token=<token>`, or with
// `#error=<message>`: in the part of an address that browsers keep to
// themselves. The Feathers client takes both from there.
//
// A user is known by the provider's id for the account, kept in the field
// `<provider>Id`, never by an email address: who controls an address at one
// provider need not be who has it here. A user who is logged in already gives
// the access token as feathers_token, and the account is linked to that user.
//
// Between the two requests the browser carries what belongs to its login in an
// encrypted cookie, so that any instance of the app may end what another began.
package oauth
