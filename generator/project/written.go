package project

// Generator returns the version of the command that wrote the project last, ""
// when it is not known.
func (f *Folder) Generator() string { return f.lock.generator }

// Template returns name and hash of the template that a file was last made
// from, "" for none.
func (f *Folder) Template(path string) string { return f.lock.entries[path].template }
