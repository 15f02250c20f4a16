package project

import "io/fs"

// OpenWithFaults is Open with a disk that asks before each operation; an error
// stops the operation, a write half-way.
func OpenWithFaults(dir string, before func(operation, path string) error) (*Folder, error) {
	return open(dir, Options{}, func(d disk) disk { return faulty(d, before) })
}

func faulty(d disk, before func(operation, path string) error) disk {
	return disk{
		mkdir: func(path string) error {
			if err := before("mkdir", path); err != nil {
				return err
			}
			return d.mkdir(path)
		},
		create: func(path string, data []byte, perm fs.FileMode) error {
			if err := before("create", path); err != nil {
				_ = d.create(path, data[:len(data)/2], perm)
				return err
			}
			return d.create(path, data, perm)
		},
		exclusive: func(path string, data []byte) error {
			if err := before("exclusive", path); err != nil {
				_ = d.exclusive(path, nil)
				return err
			}
			return d.exclusive(path, data)
		},
		// No test cuts the power; waiting for the device would take most of
		// their time.
		sync: func([]string) error { return before("sync", "") },
		rename: func(from, to string) error {
			if err := before("rename", to); err != nil {
				return err
			}
			return d.rename(from, to)
		},
		remove: func(path string) error {
			if err := before("remove", path); err != nil {
				return err
			}
			return d.remove(path)
		},
	}
}

// ReformatLock parses a lock and formats what it read.
func ReformatLock(data []byte) ([]byte, error) {
	l, err := parseLock(data)
	if err != nil {
		return nil, err
	}
	return l.format(), nil
}

// ReformatJournal parses a journal and formats what it read.
func ReformatJournal(data []byte) ([]byte, error) {
	dirs, ops, err := parseJournal(data)
	if err != nil {
		return nil, err
	}
	return formatJournal(dirs, ops), nil
}
