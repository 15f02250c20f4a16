package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

const module = "github.com/featherscaffold/featherscaffold"

// peerFiles are the specs of the app and the Node peer's project.
//
//go:embed peers
var peerFiles embed.FS

// profileSource serves CPU profiles in builds for -profile.
const profileSource = `package main

import (
	"net/http"
	_ "net/http/pprof"
	"os"
)

func init() {
	go http.ListenAndServe(os.Getenv("PROFILE_ADDR"), nil)
}
`

// A builder makes the peers below a folder.
type builder struct {
	root string // the module's source
	dir  string // for all that is built
}

// prepare builds the peers that are asked for.
func prepare(ctx context.Context, s settings) (*bench, error) {
	root, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		return nil, fmt.Errorf("find the module's source: %w", err)
	}
	bld := builder{root: strings.TrimSpace(string(root))}
	bld.dir = filepath.Join(bld.root, ".build", "bench")
	b := &bench{settings: s, dir: bld.dir, pinned: canPin(ctx)}
	log.Printf("building %s in %s", strings.Join(s.peers, ", "), bld.dir)
	for _, step := range []struct {
		names []string
		peers func(context.Context, settings) ([]peer, error)
	}{{[]string{baseline}, bld.feathers}, {appNames, bld.app}, {[]string{limitCommand}, bld.limit}} {
		chosen := func(name string) bool { return slices.Contains(s.peers, name) }
		if !slices.ContainsFunc(step.names, chosen) {
			continue
		}
		made, err := step.peers(ctx, s)
		if errors.Is(err, exec.ErrNotFound) {
			b.note("%s is left out: %v", step.names[0], err)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("build %s: %w", step.names[0], err)
		}
		b.peers = append(b.peers, slices.DeleteFunc(made, func(p peer) bool { return !chosen(p.name) })...)
	}
	return b, nil
}

// feathers installs the Node peer, unless it is there already.
func (b builder) feathers(ctx context.Context, _ settings) ([]peer, error) {
	node, err := exec.LookPath("node")
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(b.dir, "feathers")
	var lock []byte
	for _, name := range []string{"package.json", "package-lock.json", "server.mjs"} {
		if lock, err = b.copy("feathers/"+name, dir); err != nil {
			return nil, err
		}
		if name == "package-lock.json" {
			err = b.install(ctx, dir, lock)
		}
		if err != nil {
			return nil, err
		}
	}
	return []peer{feathersPeer(node, dir)}, nil
}

// install fetches the packages of a lock file. The file "installed" has the
// lock of those that are there.
func (b builder) install(ctx context.Context, dir string, lock []byte) error {
	stamp := filepath.Join(dir, "installed")
	if have, err := os.ReadFile(stamp); err == nil && bytes.Equal(have, lock) {
		return nil
	}
	log.Print("installing Feathers from npm; where better-sqlite3 has no binary it is compiled, which takes minutes")
	if err := command(ctx, dir, "npm", "ci", "--no-fund", "--no-audit"); err != nil {
		return err
	}
	return os.WriteFile(stamp, lock, 0o644)
}

// app makes and builds the app, once for each spec that is needed.
func (b builder) app(ctx context.Context, s settings) ([]peer, error) {
	cli := filepath.Join(b.dir, "bin", "featherscaffold")
	if err := command(ctx, b.root, "go", "build", "-o", cli, "./cmd/featherscaffold"); err != nil {
		return nil, err
	}
	programs := map[string]string{}
	for _, spec := range specsOf(s.sets) {
		program, err := b.scaffold(ctx, cli, spec, s.profile)
		if err != nil {
			return nil, err
		}
		programs[spec] = program
	}
	return appPeers(programs), nil
}

// scaffold makes an app of a spec as a user does, and returns its program.
func (b builder) scaffold(ctx context.Context, cli, spec string, profile bool) (string, error) {
	if _, err := b.copy("app/"+spec+".yaml", filepath.Join(b.dir, "specs")); err != nil {
		return "", err
	}
	project := filepath.Join(b.dir, "app-"+spec)
	if err := os.RemoveAll(project); err != nil {
		return "", err
	}
	if err := command(ctx, b.root, cli, "new", project, "--spec", filepath.Join(b.dir, "specs", spec+".yaml"), "--runtime", b.root); err != nil {
		return "", err
	}
	if profile {
		if err := os.WriteFile(filepath.Join(project, "cmd", "bench", "profile.go"), []byte(profileSource), 0o644); err != nil {
			return "", err
		}
	}
	program := filepath.Join(b.dir, "bin", "app-"+spec)
	return program, command(ctx, project, "go", "build", "-o", program, "./cmd/bench")
}

// limit needs no building: it is this program.
func (b builder) limit(context.Context, settings) ([]peer, error) {
	self, err := os.Executable()
	return []peer{limitPeer(self)}, err
}

// copy writes one of the peers' files to a folder and returns its content.
func (b builder) copy(name, dir string) ([]byte, error) {
	data, err := peerFiles.ReadFile("peers/" + name)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return data, os.WriteFile(filepath.Join(dir, filepath.Base(name)), data, 0o644)
}

// command runs a program in a folder. The user's own settings of the go
// command are for the user's own modules.
func command(ctx context.Context, dir, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}
