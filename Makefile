# Needs Go, make and the git of the clone, nothing else: `check` also a C compiler for the race detector, Node.js with npm
# for the linter of the contract, bash and curl for the README, redis-server for an example, and the network once for its
# tools.

GO           ?= go
FUZZTIME     ?= 20s
SOAK         ?= 200000
COVER_MIN    ?= 95
# renovate: go github.com/golangci/golangci-lint/v2
LINT_VERSION := v2.15.0
LINT         := .tmp/bin/golangci-lint-$(LINT_VERSION)
# Compares OpenAPI documents.
# renovate: go github.com/oasdiff/oasdiff
OASDIFF_VERSION := v1.35.0
OASDIFF         := .tmp/bin/oasdiff-$(OASDIFF_VERSION)
# Compares the exported API of Go packages; golang.org/x/exp has no releases.
APIDIFF_VERSION := v0.0.0-20261014143641-f0251eb4aa3e
APIDIFF         := .tmp/bin/apidiff-$(APIDIFF_VERSION)
# Lints OpenAPI documents; the one tool that comes from npm.
# renovate: npm @redocly/cli
REDOCLY_VERSION := 2.77.0
REDOCLY         := .tmp/redocly-$(REDOCLY_VERSION)/node_modules/.bin/redocly
# Builds, packs and publishes the command.
# renovate: go github.com/goreleaser/goreleaser/v2
GORELEASER_VERSION := v2.16.0
GORELEASER         := .tmp/bin/goreleaser-$(GORELEASER_VERSION)
# The modules of this repository besides its own: what is for users only, with dependencies that the library lacks.
MODULES      := client/examples

.DEFAULT_GOAL := help
.PHONY: FORCE help demo test race check vet lint spec gates bump upstream breaking check-tools generate check-generate
.PHONY: check-release release-tools snapshot release
.PHONY: check-imports check-languages check-readme examples tidy check-tidy cover fuzz soak bench

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' Makefile

demo: ## Show the command line at work against the fake
	$(GO) run ./client/cmd/wagroups demo

test: ## Run all tests
	$(GO) test ./...

race: ## Run all tests with the race detector; needs a C compiler
	$(GO) test -race ./...
	$(GO) test -race -cpu 1,2,4 -run '^Test(ManyGoroutines|Outage)' ./client/internal/conformance

check: vet check-tidy check-generate spec check-tools check-imports check-languages check-readme lint cover race examples demo test ## Run all checks of CI but snapshot and breaking

# each COMMAND: runs it in every module.
each = @for module in . $(MODULES); do (set -x; cd $$module && $(1)) || exit 1; done

vet: ## Run go vet
	$(call each,$(GO) vet ./...)

lint: $(LINT) ## Run golangci-lint, in the version named above
	$(call each,"$(CURDIR)/$(LINT)" run --allow-parallel-runners ./...)

# Built from the module proxy, which takes minutes; the name holds the version, so a new one is built by itself.
$(LINT):
	GOBIN="$(CURDIR)/.tmp/build" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mkdir -p .tmp/bin
	@mv .tmp/build/golangci-lint $@

# A failure is one line: what the Go command has to say about a network that is not there takes a page.
$(OASDIFF) $(APIDIFF) $(GORELEASER):
	@mkdir -p .tmp/bin
	@GOBIN="$(CURDIR)/.tmp/build" $(GO) install $(PACKAGE) >.tmp/install.log 2>&1 || { \
		echo '$(PACKAGE) cannot be installed: is the network there? See .tmp/install.log' >&2; exit 1; }
	@mv .tmp/build/$(notdir $(patsubst %/v2,%,$(firstword $(subst @, ,$(PACKAGE))))) $@
$(OASDIFF): PACKAGE = github.com/oasdiff/oasdiff@$(OASDIFF_VERSION)
$(GORELEASER): PACKAGE = github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)
$(APIDIFF): PACKAGE = golang.org/x/exp/cmd/apidiff@$(APIDIFF_VERSION)

$(REDOCLY):
	@mkdir -p .tmp
	@npm install --prefix .tmp/redocly-$(REDOCLY_VERSION) --ignore-scripts --no-audit --no-fund \
		@redocly/cli@$(REDOCLY_VERSION) >.tmp/install.log 2>&1 || { \
		echo '@redocly/cli@$(REDOCLY_VERSION) cannot be installed: are npm and the network there? See .tmp/install.log' >&2; \
		exit 1; }

# It asks for no update and reports to nobody.
LINT_SPEC := REDOCLY_TELEMETRY=off REDOCLY_SUPPRESS_UPDATE_NOTICE=true $(REDOCLY) lint --config api/lint.yaml

spec: $(REDOCLY) ## Validate and lint the contract; needs Node.js and npm
	$(GO) test -count=1 -run 'Document|Samples|Example|Reference|Completeness|Overlay|Version' ./api
	@$(LINT_SPEC) --max-problems 1000 api/openapi.yaml
	@sed 's/^      operationId: .*/      operationId: same/' api/openapi.yaml >.tmp/unlike.yaml
	@if $(LINT_SPEC) .tmp/unlike.yaml >/dev/null 2>&1; then echo 'the linter lets everything pass' >&2; exit 1; fi

gates: ## Say where the code does not follow the contract: generated code, operations, fields, limits, version
	$(GO) test -count=1 -vet=off -run '^TestGeneratedCodeIsCurrent' ./api
	$(GO) test -count=1 -vet=off -run '^TestContract' -skip 'Reports$$' ./client/internal/gates

# The packages that a bump tests when its gates are silent.
PACKAGES ?= ./...

bump: .tmp/tool-bump ## Move to another API version: make bump VERSION=v24.0
	@.tmp/tool-bump -packages "$(PACKAGES)" "$(VERSION)"

upstream: $(OASDIFF) .tmp/tool-upstream ## Compare with Meta's published document: make upstream SPEC=FILE
	@.tmp/tool-upstream -oasdiff $(OASDIFF) "$(SPEC)"

breaking: $(OASDIFF) $(APIDIFF) .tmp/tool-breaking ## List what breaks users since a commit: make breaking BASE=REV
	@.tmp/tool-breaking -oasdiff $(OASDIFF) -apidiff $(APIDIFF) "$(BASE)"

check-tools: $(OASDIFF) $(APIDIFF) ## Test bump, upstream and breaking with all that they start
	$(GO) test -count=1 -tags slow ./api/internal/bump
	OASDIFF="../../../$(OASDIFF)" APIDIFF="../../../$(APIDIFF)" \
		$(GO) test -count=1 -tags oasdiff ./api/internal/upstream ./api/internal/breaking

# Programs of this repository are built, not run by go run, which would add a line of its own to theirs.
.tmp/tool-%: FORCE
	@$(GO) build -o $@ ./api/internal/$*

check-release: .tmp/tool-release ## Say whether a tag may be released, and with which notes: make check-release TAG=v0.1.0
	@.tmp/tool-release notes "$(TAG)"

# They go with the program, as its modules ask for.
.tmp/THIRD_PARTY_LICENSES: .tmp/tool-release
	@.tmp/tool-release -o $@ licences ./client/cmd/wagroups

release-tools: $(GORELEASER)

snapshot: $(GORELEASER) .tmp/THIRD_PARTY_LICENSES ## Make the files of a release in .tmp/dist, and publish nothing
	$(GORELEASER) check
	$(GORELEASER) release --snapshot --clean

release: $(GORELEASER) .tmp/THIRD_PARTY_LICENSES ## Make a draft of a release; for the release workflow: make release TAG=v0.1.0
	.tmp/tool-release -o .tmp/notes.md notes "$(TAG)"
	GORELEASER_CURRENT_TAG="$(TAG)" $(GORELEASER) release --clean --release-notes .tmp/notes.md

generate: ## Generate package gen from api/openapi.yaml
	$(GO) generate ./...

# The tests behind the next two start go commands, whose inputs the test cache does not see: hence -count=1.
check-generate: ## Fail if package gen is not what the generator makes now
	$(GO) test -count=1 -run '^TestGeneratedCode' ./api

check-languages: ## Drive the fake with the default clients of Go, Python, Node.js and curl
	$(GO) test -count=1 -tags languages -run '^TestDefaultClientsOfLanguages$$' ./client/fakegraph

check-imports: ## Fail if a package imports, or a program links, more than the design or a licence allows
	$(GO) test -count=1 -run '^Test(Imports|Consumer)' ./client/internal/gates
	$(GO) test -count=1 -run '^TestLicen' ./api/internal/release

tidy: ## Tidy go.mod and go.sum of every module
	$(call each,$(GO) mod tidy)

check-tidy: ## Fail if tidy would change something
	$(call each,$(GO) mod tidy -diff)

check-readme: ## Do all that the README says, in an empty folder; needs bash and curl
	$(GO) test -count=1 -tags slow -run '^TestReadme' ./client/internal/gates

examples: ## Test the programs of client/examples; needs a C compiler and redis-server
	cd client/examples && $(GO) test -race ./...

# Judges the list of go tool cover; awk takes min=PERCENT and the file's name after it.
COVER_GATE := awk '/^total:/ { total = $$NF + 0; printf "client: %.1f %% covered, %s %% needed\n", total, min } \
	END { exit !(total != "" && total >= min) }'

cover: ## Fail if less than COVER_MIN percent of package client are covered
	@mkdir -p .tmp
	$(GO) test -coverpkg=./client -coverprofile=.tmp/cover.out ./client/...
	@$(GO) tool cover -func=.tmp/cover.out >.tmp/cover.txt
	@if $(COVER_GATE) min=101 .tmp/cover.txt >/dev/null; then echo 'the gate lets everything pass' >&2; exit 1; fi
	@$(COVER_GATE) min=$(COVER_MIN) .tmp/cover.txt

fuzz: ## Run each fuzz target for FUZZTIME
	@packages=$$($(GO) list ./...) || exit 1; \
	for package in $$packages; do \
		names=$$($(GO) test -list '^Fuzz' $$package) || exit 1; \
		for name in $$names; do \
			case $$name in Fuzz*) \
				$(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) $$package || exit 1;; \
			esac; \
		done; \
	done

soak: ## Make SOAK calls with random faults and compare what the client said with what the server did
	$(GO) test -run '^TestSoak$$' -count=1 -v ./client/internal/conformance -soak $(SOAK) -soakseed 0

bench: ## Run the benchmarks; takes a few minutes
	$(GO) test -run '^$$' -bench . -benchmem -benchtime 0.5s ./client/internal/gates
