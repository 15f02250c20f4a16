// Package cluster runs an app as several worker processes that share one port,
// under a supervisor that restarts and replaces them.
//
// The supervisor is the same program, started first. It listens, starts the
// workers and gives them the listening socket, which stays open for as long as
// it lives: while a worker is replaced, or after one died, connections wait for
// the others instead of being refused. Workers that die are restarted; a
// supervisor that dies takes its workers along, which drain.
//
// Signals to the supervisor: SIGTERM and SIGINT drain all workers and end the
// app, a second one kills them; SIGHUP replaces the workers one by one, with
// the program that then lies where the running one was started from. As the
// first process of a container it also buries the dead. A worker that gets
// SIGTERM drains and is replaced.
//
// The workers hear each other over a bus (Bus), and give each other the
// connections of clients whose session another worker has (Worker.Forward).
//
// The sockets for that lie in a folder that only the user who runs the app may
// enter; all who can, also over Status, Reload and Stop, are trusted.
//
// Clusters need Linux or macOS. Elsewhere Run serves in one process.
package cluster
