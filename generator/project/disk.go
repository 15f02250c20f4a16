package project

import (
	"errors"
	"io/fs"
	"os"
	"sync"
)

// A disk does all the writing below a project's folder; paths are relative to
// it and slash-separated. It is a struct of functions so that tests can make
// any single one fail.
type disk struct {
	mkdir  func(path string) error
	create func(path string, data []byte, perm fs.FileMode) error
	// exclusive is create for a file that must not exist.
	exclusive func(path string, data []byte) error
	// sync waits until the files' content is on stable storage.
	sync   func(paths []string) error
	rename func(from, to string) error
	remove func(path string) error
}

func rootDisk(root *os.Root) disk {
	return disk{
		mkdir: func(path string) error { return root.Mkdir(path, 0o777) },
		create: func(path string, data []byte, perm fs.FileMode) error {
			return root.WriteFile(path, data, perm)
		},
		exclusive: func(path string, data []byte) error {
			f, err := root.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
			if err != nil {
				return err
			}
			_, err = f.Write(data)
			return errors.Join(err, f.Close())
		},
		sync:   func(paths []string) error { return syncAll(root, paths) },
		rename: root.Rename,
		remove: root.Remove,
	}
}

// syncAll flushes files side by side: a file system commits many of them at
// once then, which is several times faster than one by one.
func syncAll(root *os.Root, paths []string) error {
	const writers = 16
	var (
		wg    sync.WaitGroup
		mu    sync.Mutex
		errs  []error
		queue = make(chan string)
	)
	for range min(writers, len(paths)) {
		wg.Go(func() {
			for path := range queue {
				if err := syncFile(root, path); err != nil {
					mu.Lock()
					errs = append(errs, err)
					mu.Unlock()
				}
			}
		})
	}
	for _, path := range paths {
		queue <- path
	}
	close(queue)
	wg.Wait()
	return errors.Join(errs...)
}

func syncFile(root *os.Root, path string) error {
	f, err := root.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
