// Package socketio serves an app's services over Socket.IO 5 on Engine.IO 4,
// and by option to clients of Socket.IO 2, the way Feathers does: calls are
// events named after the method, answered by their acknowledgement, and
// service events are sent as "<path> <event>".
//
// It differs from the Node server where that leaves a client hanging or
// crashes: every event with an acknowledgement id is answered, and connection
// state recovery is not offered. Binary attachments reach services as base64
// strings, since records have no binary type; what services answer is text.
package socketio
