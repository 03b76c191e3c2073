# Every target does the set-up that it needs.

SWIFT_BUILD_FLAGS = -c release --static-swift-stdlib

.PHONY: run test test-debian12 test-debian13 setup setup-tests setup-bench build package docs lint format fuzz chaos bench clean

run: build
	@./.build/release/debias-events serve

test: setup-tests
	@scripts/test

# `make test` on that Debian, with its libraries and servers, as root; scripts/on-debian says how.
test-debian12:
	@scripts/on-debian bookworm make test

test-debian13:
	@scripts/on-debian trixie make test

build: setup
	@swift build $(SWIFT_BUILD_FLAGS) --product debias-events

setup:
	@scripts/setup build

# A package for this Debian and later ones; scripts/try-package installs it on a bare one.
package: build
	@scripts/package

setup-tests:
	@scripts/setup build tests deployment

setup-bench:
	@scripts/setup build bench $(if $(PEERS),peers)

docs: setup
	@scripts/docs

lint:
	@scripts/lint

format:
	@swift format -i -r --configuration .swift-format Package.swift Sources Tests Snippets fuzz

# Ten million inputs for each target; `scripts/fuzz --short` is over within a minute or two.
fuzz:
	@scripts/fuzz

# A quarter of an hour: 200 faults under load, then an audit by id.
chaos: setup-tests build
	@swift build $(SWIFT_BUILD_FLAGS) --product chaos-worker
	@scripts/chaos

# PEERS=FOLDER names the sources of other clients, to be measured beside ours.
bench: setup-bench build
	@swift build $(SWIFT_BUILD_FLAGS) --product client-bench
	@benchmarks/run $(if $(PEERS),--peers $(PEERS))

clean:
	@rm -rf .build
