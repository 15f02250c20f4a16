// Package redis is a bus.Broker on a stream of Redis 5 or newer, or of a server
// that speaks its protocol. It also carries the plain messages of Redis'
// publish and subscribe, in a Channel, for package featherssync.
//
// # Addresses
//
// One server, a Sentinel that knows the server, or nodes of a Cluster; rediss
// in place of redis has all connections use TLS:
//
//	redis://user:password@host:6379/0
//	redis+sentinel://user:password@host1:26379,host2:26379/0?master=mymaster
//	redis+cluster://user:password@host1:6379,host2:6379
//
// User and password may be left out, and are those of the server, not of the
// Sentinels, whose own are the settings sentinel_user and sentinel_password.
// Characters other than letters, digits and -._~ are percent-encoded in them.
// A port that is left out is 6379, or 26379 of a Sentinel; the path is the
// number of the database, 0 when left out, which a Cluster has no other of. Of
// several hosts one is enough, and each attempt begins with another.
//
// # What the server needs
//
// All processes of an app share the stream "<prefix>:events", which is cut to
// its Options' length and size as it grows. A reader that was away for longer than the
// stream reaches back misses frames, and is told. The server's maxmemory-policy
// should be noeviction, or one of the volatile ones: the others may throw the
// stream away. Without persistence, frames of the last seconds survive a
// restart of the server because they are sent again (bus.ErrForgotten).
//
// A user with these rights is enough, with +xinfo in place of +xinfo|stream
// before Redis 7, and +select for a database other than 0:
//
//	ACL SETUSER app on >password ~<prefix>:events -@all +xadd +xread +xrange +xlen +xinfo|stream
//
// A Channel needs the rights &<key> +publish +subscribe +ping; Sentinel's user
// needs +sentinel|get-master-addr-by-name.
//
// # Broken connections
//
// A server that says nothing for three seconds counts as gone. What a Cluster
// answers while it moves the stream to another node is an error until it has.
package redis
