package process

import "syscall"

// Resident returns how many bytes of memory this process held at most, 0 if
// unknown; what it holds now takes more than the standard library to find out.
func Resident() uint64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return uint64(u.Maxrss)
}
