// Package broker starts the brokers that tests kill and start again, Redis and
// RabbitMQ, each as a process of its own that leaves those of the machine
// alone, and breaks the network to them.
package broker
