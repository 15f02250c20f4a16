// Package rabbitmq carries what the processes of an app tell each other over
// RabbitMQ. Broker is the driver of package bus; Channel is a plain broadcast in
// which others may take part.
//
// # URLs
//
// A URL has the form amqp://user:password@host:port/vhost, amqps:// for TLS. It
// may name several hosts, host1:5672,host2:5672, which are tried in turn. What
// has a meaning in a URL is written with percent signs: p%40ss for p@ss. Of
// RabbitMQ's parameters cacertfile, certfile, keyfile, server_name_indication
// and auth_mechanism are used, the others are not. No error tells the password.
//
// # What is on the server
//
// With the prefix "app" there is a durable fanout exchange app.events, and for
// each process a durable queue app.events.<random> bound to it, which lives as
// long as the process, and for Options.Expires without it: so a process whose
// connection broke reads on where it was. Messages are persistent and confirmed,
// so that they survive a restart of the server, unless it loses its disk. A
// queue is kept by one node; while a cluster misses that node, its process goes
// on with a new queue, and says that it lost something.
//
// The user needs these permissions in the virtual host, for configure, write
// and read alike:
//
//	^app\.events(\..*)?$
//
// and for a Channel on the exchange feathers-sync:
//
//	^(feathers-sync|amq\.gen-.*)$
//
// # Failures
//
// A server that falls silent is given up after five seconds, and one that does
// not answer a new connection after two. A server that has not noticed the end
// of a connection gives the queue to no other one; that takes six seconds. Where
// a server is low on memory or disk it stops to take messages; then Send fails,
// and its error says why.
//
// When the exchange or the queue is gone, by a hand or with a disk, messages may
// be lost: Send tells so, or Receive. Others bind their queues to a new exchange
// within a second, for which Send waits before what is retained is sent again.
package rabbitmq
