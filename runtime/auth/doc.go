// Package auth is the authentication of Feathers: the service authentication,
// where clients log in and out, and the strategies by which they prove who
// they are. It tells an App who its clients are.
//
// Strategy jwt, the access tokens that logins end in, is always there. Local
// is the one of names and passwords; APIKeys is for programs that act for a
// user. An app adds strategies of its own by implementing Strategy.
//
// What clients send to log in, and tokens, show nothing of themselves when
// they are printed or logged.
package auth
