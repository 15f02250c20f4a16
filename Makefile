# make demo   scaffold the chat example, build it, run it
# make test   everything that can run on this machine
.PHONY: demo test lint build

demo:
	go run ./cmd/featherscaffold demo

build:
	go build -trimpath -o bin/featherscaffold ./cmd/featherscaffold

# Tests that need Node, a browser or a server skip and say so where there is
# none; with CI=true a skip is a failure.
test: lint
	FEATHERSCAFFOLD_NO_SKIP=$(if $(filter true,$(CI)),1,$(FEATHERSCAFFOLD_NO_SKIP)) go test -race ./...

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'run gofmt -w on these files'; exit 1; }
	go vet ./...
	go mod tidy -diff
	@if command -v staticcheck >/dev/null; then echo staticcheck ./...; staticcheck ./...; else echo 'staticcheck: not installed, skipped'; test "$(CI)" != true; fi
