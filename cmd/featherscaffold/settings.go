package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/featherscaffold/featherscaffold/generator/dotenv"
)

const (
	settingsName = ".env"

	// maxSettings is what is read of a file with settings.
	maxSettings = 1 << 20
)

// readSettings returns the settings of a project's .env, none when there is
// no such file.
func readSettings(dir string) ([]dotenv.Setting, error) {
	path := filepath.Join(dir, settingsName)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Size() > maxSettings {
		return nil, fmt.Errorf("%s is no file of settings", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	list, err := dotenv.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return list, nil
}
