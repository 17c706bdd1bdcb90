# Needs Go, make and git. If the help of a target names more, it needs that too, and the network once: the other tools are
# built from the module proxy into .tmp/bin. The name of a tool there has its version, so a new version is built by itself.

GO        ?= go
FUZZTIME  ?= 20s
SOAK      ?= 200000
COVER_MIN ?= 95
# What `make test` tests, and with it a bump.
PACKAGES  ?= ./...
# The differences from Meta's document that are meant.
KNOWN     ?= api/upstream/differences.txt

# renovate: go github.com/golangci/golangci-lint/v2
LINT_VERSION := v2.15.0
LINT         := .tmp/bin/golangci-lint-$(LINT_VERSION)
# Compares OpenAPI documents.
# renovate: go github.com/oasdiff/oasdiff
OASDIFF_VERSION := v1.37.0
OASDIFF         := .tmp/bin/oasdiff-$(OASDIFF_VERSION)
# Compares the exported API of Go packages; golang.org/x/exp has no releases.
APIDIFF_VERSION := v0.0.0-20261014143641-f0251eb4aa3e
APIDIFF         := .tmp/bin/apidiff-$(APIDIFF_VERSION)
# Judges and collects the licences of what the command links.
# renovate: go github.com/google/go-licenses
LICENSES_VERSION := v1.6.0
LICENSES         := .tmp/bin/go-licenses-$(LICENSES_VERSION)
# Writes bills of materials; .goreleaser.yaml knows it as .tmp/bin/cyclonedx-gomod.
# renovate: go github.com/CycloneDX/cyclonedx-gomod
CYCLONEDX_VERSION := v1.10.0
CYCLONEDX         := .tmp/bin/cyclonedx-gomod-$(CYCLONEDX_VERSION)
# Builds, packs and publishes the command.
# renovate: go github.com/goreleaser/goreleaser/v2
GORELEASER_VERSION := v2.16.0
GORELEASER         := .tmp/bin/goreleaser-$(GORELEASER_VERSION)

# What a maintainer gives is text: make does not expand it, and the shell gets it as a variable.
override VERSION := $(value VERSION)
override SPEC    := $(value SPEC)
override BASE    := $(value BASE)
override TAG     := $(value TAG)
export VERSION SPEC BASE TAG

.DEFAULT_GOAL := help
.PHONY: help demo test race check lint tidy generate check-generate gates upstream bump breaking check-tools licences
.PHONY: snapshot check-release release cover examples check-languages check-page check-readme fuzz soak bench

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' Makefile

demo: ## Show the command line at work against the fake
	$(GO) run ./client/cmd/wagroups demo

test: ## Run all tests that need only Go, make and git
	$(GO) test $(PACKAGES)

race: ## Run the same tests with the race detector; needs a C compiler
	$(GO) test -race ./...
	$(GO) test -race -cpu 1,2,4 -run '^Test(ManyGoroutines|Outage)' ./client/...

check: tidy lint race cover examples check-languages check-page check-readme check-tools licences test ## Run all checks of CI

# each COMMAND: runs it in every module of this repository.
each = @for module in $$(git ls-files --cached --others --exclude-standard 'go.mod' '*/go.mod'); do \
	(set -x; cd "$$(dirname $$module)" && $(1)) || exit 1; done

lint: $(LINT) ## Run golangci-lint
	$(call each,"$(CURDIR)/$(LINT)" run --allow-parallel-runners ./...)

tidy: ## Fail if go mod tidy would change something
	$(call each,$(GO) mod tidy -diff)

# The error of a build is one line: what the Go command says about a network that is not there takes a page.
.tmp/bin/%:
	@mkdir -p .tmp/bin
	@GOBIN="$(CURDIR)/.tmp/build" $(GO) install $(PACKAGE) >.tmp/install.log 2>&1 || { \
		echo '$(PACKAGE) cannot be installed: is the network there? See .tmp/install.log' >&2; exit 1; }
	@mv .tmp/build/$(firstword $(subst -v, ,$(@F))) $@
$(LINT):       PACKAGE = github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(LINT_VERSION)
$(OASDIFF):    PACKAGE = github.com/oasdiff/oasdiff@$(OASDIFF_VERSION)
$(APIDIFF):    PACKAGE = golang.org/x/exp/cmd/apidiff@$(APIDIFF_VERSION)
$(LICENSES):   PACKAGE = github.com/google/go-licenses@$(LICENSES_VERSION)
$(CYCLONEDX):  PACKAGE = github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$(CYCLONEDX_VERSION)
$(GORELEASER): PACKAGE = github.com/goreleaser/goreleaser/v2@$(GORELEASER_VERSION)

generate: ## Generate package gen from the contract
	$(GO) generate ./...

# The tests behind the next two start go commands, whose inputs the test cache does not see: hence -count=1.
check-generate: ## Fail if package gen is not what the generator makes now
	$(GO) test -count=1 -run '^TestGeneratedCode' ./api

GATES = $(GO) test -count=1 -vet=off -run '^TestContract' -skip 'Reports$$' ./client/internal/gates

gates: check-generate ## Say where the code does not follow the contract
	$(GATES)

CONTRACT := api/openapi.yaml
# Gives the version of the contract.
OURS     := sed -n 's/^  version: &version //p' $(CONTRACT)
# Prints why VERSION cannot follow the version in from.
define REFUSAL
BEGIN {
	to = ENVIRON["VERSION"]; from = ENVIRON["from"]
	if (to !~ /^v(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)$$/) {
		print "\"" to "\" is not a version: it must look like v24.0"; exit
	}
	split(substr(to, 2), t, "."); split(substr(from, 2), f, ".")
	if (t[1] < f[1] || t[1] == f[1] && t[2] < f[2]) print to " is lower than " from ", the version of the contract"
}
endef
export REFUSAL

# The tree is clean before the first edit, so what a failure leaves behind can be undone.
bump: ## Move to another version of the Graph API: make bump VERSION=v24.0
	@refuse() { echo "bump: $$1" >&2; exit 1; }; \
	undo() { git checkout --quiet -- .; refuse "$$1, and the tree is as it was"; }; \
	edit() { sed "$$1" "$$2" >.tmp/edited && cat .tmp/edited >"$$2" || undo "$$2 cannot be edited"; }; \
	export from="$$($(OURS))"; test -n "$$from" || refuse '$(CONTRACT) has no line "  version: &version vN.M"'; \
	refusal="$$(awk "$$REFUSAL")"; test -z "$$refusal" || refuse "$$refusal"; \
	if [ "$$VERSION" = "$$from" ]; then echo "The contract is at $$from: nothing left to do."; exit; fi; \
	changed="$$(git status --porcelain)" && test -z "$$changed" || refuse "commit or stash first: $$changed"; \
	sed -n '/^## Unreleased/,/^## [0-9]/p' CHANGELOG.md | grep -q '^Graph API v' || \
		refuse 'CHANGELOG.md has no section "Unreleased" with a line "Graph API vN.M."'; \
	mkdir -p .tmp; \
	edit "s/^  version: &version .*/  version: \&version $$VERSION/" $(CONTRACT); \
	edit "/^## Unreleased/,/^## [0-9]/s/^Graph API v.*/Graph API $$VERSION./" CHANGELOG.md; \
	for file in $$(git grep -lF "$$from" -- $(NAMING)); do edit "s/$$from/$$VERSION/g" "$$file"; done; \
	$(GO) generate ./... || undo 'the generator failed'; \
	echo "The contract goes from $$from to $$VERSION."; \
	$(GATES) && $(GO) test $(PACKAGES) || refuse 'let the code follow, then run make gates test'
# What else names the version of the contract.
NAMING := README.md ':(glob)client/**/example*_test.go' ':(glob)client/**/testdata/script/*.txt'

# Takes from the report of oasdiff what counts: the version says nothing as a parameter, and the day of Meta's document
# is no difference. An operation is named only if something of it is left.
define REPORT
/^$$/ || /^---/ || /^No / || /^### .*None/ { next }
/^Other Changes/ { exit }
/^### / { modified = /Modified/; sub(/^### /, ""); if (modified) next }
{ sub(/ +$$/, ""); sub(/spec=[0-9-]*/, "spec=DATE") }
modified && /^[A-Z]/ { operation = $$0; next }
/path param: Version$$/ { skip = 1; next }
!/^  / { skip = 0 }
skip { next }
operation { print operation; operation = "" }
{ print }
endef
export REPORT

# Meta's document has one path for all webhooks; what it says of an event of a group is its schema Groups. Each of our two
# events is compared with that one.
define EVENT
openapi: 3.1.0
info: {title: Event, version: "0"}
paths:
  /%sEvent:
    post:
      requestBody: {content: {application/json: {schema: {$$ref: "%s#/components/schemas/%s"}}}}
      responses: {default: {description: Received}}
endef
export EVENT

COMPARED := --format text --flatten-params --flatten-allof \
	--exclude-elements description,examples,extensions,summary,tags,title

# Before: half a surrogate pair is no character in YAML, and a version in servers.url belongs to the path.
upstream: $(OASDIFF) ## Compare with Meta's document: make upstream SPEC=FILE
	@test -f "$$SPEC" || { \
		echo "upstream: no file \"$$SPEC\", try: make upstream SPEC=business-messaging-api_v23.0.yaml" >&2; exit 2; }
	@mkdir -p .tmp; ours=$$($(OURS)); \
	theirs=$$(grep -Eo "version[\"']?: *(&\w+ )?[\"']?v[0-9]+\.[0-9]+" "$$SPEC" | sed -n '1s/.*v/v/p'); \
	test "$$theirs" = "$$ours" || echo "The document is of $${theirs:-an unknown version}, the contract of $$ours."
	@prefix=; grep -Eq "(^|[ \"',{])/\{group.id\}[\"']?:" "$$SPEC" && prefix='--prefix-revision=/{Version}'; \
	sed -E 's/\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}/?/g' "$$SPEC" >.tmp/upstream.yaml; \
	$(OASDIFF) diff $(COMPARED) --allow-external-refs=false \
		--match-path '^(/\{\w+\})?/\{group.id\}$$' $$prefix $(CONTRACT) .tmp/upstream.yaml >.tmp/upstream.report
	@awk "$$REPORT" .tmp/upstream.report >.tmp/upstream.found
	@grep -Eq "^    [\"']?Groups[\"']?:" .tmp/upstream.yaml || exit 0; for event in Settings Lifecycle; do \
		printf "$$EVENT" $$event ../$(CONTRACT) Webhook$${event}Event >.tmp/ours.yaml; \
		printf "$$EVENT" $$event upstream.yaml Groups >.tmp/theirs.yaml; \
		$(OASDIFF) diff $(COMPARED) .tmp/ours.yaml .tmp/theirs.yaml >.tmp/upstream.report || exit 2; \
		awk "$$REPORT" .tmp/upstream.report >>.tmp/upstream.found; \
	done
	@sed -e '/^#/d' -e '/^$$/d' -e 's/ *\[[a-z]*\]$$//' $(KNOWN) >.tmp/upstream.known
	@diff -U 5 -F '^[A-Z]* /' .tmp/upstream.known .tmp/upstream.found || { \
		echo 'New differences have a +, those that are gone a -: see $(KNOWN).' >&2; exit 1; }
	@echo 'Nothing is new: every difference stands in $(KNOWN).'

# The packages that users import. A bump and a release change the values of the two constants; they are there for that.
breaking: $(OASDIFF) $(APIDIFF) ## List what breaks users since a commit: make breaking BASE=REV
	@commit=$$(git rev-parse --verify --quiet --end-of-options "$$BASE^{commit}") || { \
		echo "breaking: \"$$BASE\" is no commit, try: make breaking BASE=origin/main" >&2; exit 2; }; \
	rm -rf .tmp/base && git clone --quiet --shared --no-checkout . .tmp/base && \
	git -C .tmp/base checkout --quiet --detach "$$commit" || exit 2; \
	$(OASDIFF) breaking --format singleline --flatten-params --allow-external-refs=false --fail-on WARN \
		.tmp/base/$(CONTRACT) $(CONTRACT) >.tmp/breaking.txt || { cat .tmp/breaking.txt; broken=1; }; \
	for package in client client/fakegraph client/webhook; do \
		test -d .tmp/base/$$package || continue; \
		(cd .tmp/base && "$(CURDIR)/$(APIDIFF)" -w ../exported ./$$package) && \
		$(APIDIFF) -incompatible .tmp/exported ./$$package >.tmp/breaking.txt || exit 2; \
		! grep -v -E '^- (DefaultAPIVersion|Version): value changed|^$$' .tmp/breaking.txt || { \
			echo "in package $$package"; broken=1; }; \
	done; \
	test -z "$$broken" && echo "Nothing that was there at $$BASE breaks."

check-tools: $(OASDIFF) $(APIDIFF) ## Show that bump, upstream and breaking fail when they should
	$(GO) test -count=1 -tags slow -run '^TestMake' ./api

# Windows links all that the other systems do, and one module more. The licence of Go itself goes with them.
licences: $(LICENSES) ## Collect the licences of what the command links; fail if one is not permissive
	@export GOOS=windows CGO_ENABLED=0; \
	$(LICENSES) check ./client/cmd/wagroups --allowed_licenses=Apache-2.0,BSD-2-Clause,BSD-3-Clause,ISC,MIT && \
	$(LICENSES) save ./client/cmd/wagroups --force --save_path .tmp/licences
	@mkdir -p .tmp/licences/go && cp "$$($(GO) env GOROOT)/LICENSE" .tmp/licences/go/

snapshot: $(GORELEASER) $(CYCLONEDX) licences ## Make the files of a release in .tmp/dist, and publish nothing
	@ln -sf $(notdir $(CYCLONEDX)) .tmp/bin/cyclonedx-gomod
	$(GORELEASER) check
	$(GORELEASER) release --snapshot --clean

# The newest section of the changelog must be that of the tag, with a date and the API's version.
check-release: ## Write the notes of a release, or say why it cannot be: make check-release TAG=v0.1.0
	@refuse() { echo "check-release: $$1" >&2; exit 1; }; mkdir -p .tmp; \
	says="$$($(GO) run ./client/cmd/wagroups version)"; \
	case "$$says" in "wagroups $${TAG#v}, Graph API $$($(OURS)), "*) ;; *) \
		refuse "$$TAG is not the version of: $$says";; esac; \
	test "$$TAG" != "$${TAG#v}" || refuse "$$TAG is not a tag such as v0.1.0"; \
	title="$$(grep -m 1 '^## ' CHANGELOG.md)"; \
	echo "$$title" | grep -Eqx "## $${TAG#v} - [0-9]{4}-[0-9]{2}-[0-9]{2}" || \
		refuse "the changelog starts with \"$$title\""; \
	awk '/^## / && n++ { exit } n && !/^## /' CHANGELOG.md >.tmp/notes.md; \
	grep -Fqx "Graph API $$($(OURS))." .tmp/notes.md || \
		refuse "the newest section does not name the version of the contract"; \
	cat .tmp/notes.md

release: $(GORELEASER) $(CYCLONEDX) licences check-release ## Draft a release: make release TAG=v0.1.0
	@ln -sf $(notdir $(CYCLONEDX)) .tmp/bin/cyclonedx-gomod
	GORELEASER_CURRENT_TAG="$$TAG" $(GORELEASER) release --clean --release-notes .tmp/notes.md

# Judges the list of go tool cover; awk takes min=PERCENT and the file's name after it.
COVER_GATE := awk '/^total:/ { total = $$NF + 0; printf "client: %.1f %% covered, %s %% needed\n", total, min } \
	END { exit !(total != "" && total >= min) }'

cover: ## Fail if less than COVER_MIN percent of package client are covered
	@mkdir -p .tmp
	$(GO) test -coverpkg=./client -coverprofile=.tmp/cover.out ./client/...
	@$(GO) tool cover -func=.tmp/cover.out >.tmp/cover.txt
	@if $(COVER_GATE) min=101 .tmp/cover.txt >/dev/null; then echo 'the gate lets everything pass' >&2; exit 1; fi
	@$(COVER_GATE) min=$(COVER_MIN) .tmp/cover.txt

examples: ## Test the programs of client/examples; needs a C compiler and redis-server
	cd client/examples && $(GO) test -race ./...

check-languages: ## Drive the fake with the default clients of Go, Python, Node.js and curl
	$(GO) test -count=1 -tags languages -run '^TestDefaultClientsOfLanguages$$' ./client/fakegraph

# Screenshots go to .tmp/page.
check-page: ## Try the page of the fake in a browser; needs chromium
	cd client/fakegraph/internal/pagetest && $(GO) test -count=1 ./...

check-readme: ## Do all that the README says, in an empty folder; needs bash and curl
	$(GO) test -count=1 -tags slow -run '^TestReadme' ./client/internal/gates

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
	$(GO) test -run '^$$' -bench . -benchmem -benchtime 0.5s ./client/...
