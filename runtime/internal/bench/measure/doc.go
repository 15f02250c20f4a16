// Package measure counts latencies, and the CPU time and memory of processes
// as Linux tells them in /proc. It knows no workload.
package measure
