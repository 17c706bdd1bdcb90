# Needs Go and make, nothing else: `check` also a C compiler for the race detector, and the network once for the linter.

GO           ?= go
FUZZTIME     ?= 20s
SOAK         ?= 200000
COVER_MIN    ?= 95
LINT_VERSION := v2.15.0
LINT         := .tmp/bin/golangci-lint-$(LINT_VERSION)
CONSUMER     := client/testdata/consumer

.DEFAULT_GOAL := help
.PHONY: help demo test race check vet lint generate check-generate check-imports tidy check-tidy cover fuzz soak bench

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' Makefile

demo: ## Show the command line at work against the fake
	$(GO) run ./client/cmd/wagroups demo

test: ## Run all tests
	$(GO) test ./...

race: ## Run all tests with the race detector; needs a C compiler
	$(GO) test -race ./...

check: vet check-tidy check-generate check-imports lint cover race demo test ## Run everything that CI runs

vet: ## Run go vet
	$(GO) vet ./...

lint: $(LINT) ## Run golangci-lint, in the version named above
	$(LINT) run ./...

# Built from the module proxy, which takes minutes; the name holds the version, so a new one is built by itself.
$(LINT):
	GOBIN="$(CURDIR)/.tmp/build" $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
	@mkdir -p .tmp/bin
	@mv .tmp/build/golangci-lint $@

generate: ## Generate package gen from api/openapi.yaml
	$(GO) generate ./...

# The tests behind the next two start go commands, whose inputs the test cache does not see: hence -count=1.
check-generate: ## Fail if package gen is not what the generator makes now
	$(GO) test -count=1 -run '^TestGeneratedCode' ./api

check-imports: ## Fail if a package imports, or a user's program links, more than the design allows
	$(GO) test -count=1 -run '^Test(Imports|Consumer)' ./client

tidy: ## Tidy go.mod and go.sum, those of the consumer module too
	$(GO) mod tidy
	cd $(CONSUMER) && $(GO) mod tidy

check-tidy: ## Fail if tidy would change something
	$(GO) mod tidy -diff
	cd $(CONSUMER) && $(GO) mod tidy -diff

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
	$(GO) test -run '^TestSoak$$' -count=1 -v ./client -soak $(SOAK) -soakseed 0

bench: ## Run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem ./...
