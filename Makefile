# make demo   scaffold the chat example, build it, run it
# make test   everything that can run on this machine
# make bench  the app beside Node Feathers; BENCH=quick, or the flags of runtime/internal/bench
.PHONY: demo test lint build bench

demo:
	go run ./cmd/featherscaffold demo

build:
	go build -trimpath -o bin/featherscaffold ./cmd/featherscaffold

# The race detector needs a C compiler; Go alone will do without it.
RACE := $(if $(filter 1,$(shell go env CGO_ENABLED)),-race)

# Tests that need Node, a browser or a broker skip and say so where there is
# none; with CI=true a skip is a failure.
test: lint
	@for tool in node npm chromium redis-server rabbitmq-server; do PATH=$$PATH:/usr/sbin command -v $$tool >/dev/null || echo "$$tool: not installed, the tests that need it are skipped"; done
	@test -n "$(RACE)" || { echo 'no C compiler: tests run without the race detector'; test "$(CI)" != true; }
	FEATHERSCAFFOLD_NO_SKIP=$(if $(filter true,$(CI)),1,$(FEATHERSCAFFOLD_NO_SKIP)) go test $(RACE) ./...
	go test ./generator -run NoUserByte -cases 10000

lint:
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); echo 'run gofmt -w on these files'; exit 1; }
	go vet ./...
	go mod tidy -diff
	@if command -v staticcheck >/dev/null; then echo staticcheck ./...; staticcheck ./...; else echo 'staticcheck: not installed, skipped'; test "$(CI)" != true; fi

bench:
	go run ./runtime/internal/bench/driver $(patsubst quick,-quick,$(BENCH))
