package project

import "bytes"

// Schema returns what the last run was told to remember of the services, nil
// when there was none. It may hold conflict markers of version control.
func (f *Folder) Schema() ([]byte, error) { return f.read(schemaPath) }

// schema plans to remember what the services are now. The file is nobody's to
// edit, so what version control has made of it is replaced like the lock.
func (c *comparison) schema() error {
	if c.opts.Schema == nil {
		return nil
	}
	have, err := c.folder.read(schemaPath)
	if err != nil || have != nil && bytes.Equal(canonical(have), c.opts.Schema) {
		return err
	}
	if err := c.folder.checkTarget(schemaPath); err != nil {
		return err
	}
	c.plan.ops = append(c.plan.ops, op{
		path: schemaPath, data: c.opts.Schema, old: hashOf(have), hash: Hash(c.opts.Schema), perm: 0o666, durable: true,
	})
	return nil
}
