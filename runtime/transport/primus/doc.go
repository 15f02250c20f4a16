// Package primus serves an app's services over Primus 8, by its websockets
// transformer with the primus-emitter plugin, the way Feathers 4 does: calls
// are events named after the method, answered by their acknowledgement, and
// service events are sent as "<path> <event>". A client library for browsers
// comes with it.
//
// It differs from the Node server where that leaves a client waiting: every
// event that asks for an acknowledgement gets one. Any message is a sign of
// life, not only the answer to a ping.
package primus
