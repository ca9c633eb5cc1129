# Each target installs what is missing before it runs.
# Python 3.11 to 3.14; the environments live in .venv: its own, embedded-aws, and one for each other runtime of Lambda.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
AWS_BIN := $(VENV)/embedded-aws/bin
BENCH_BIN := $(VENV)/bench/bin
READY := $(VENV)/ready.stamp
AWS_READY := $(VENV)/embedded-aws/ready.stamp
BENCH_READY := $(VENV)/bench/ready.stamp
CLIENTS := $(VENV)/clients
CLIENTS_READY := $(CLIENTS)/ready.stamp
FUZZ := $(VENV)/fuzz
FUZZ_READY := $(FUZZ)/ready.stamp
FUZZ_SECONDS ?= 600
FUZZ_SEED ?=
# Most of what is installed is never imported; the rest is compiled when it is.
PIP := -m pip install --quiet --disable-pip-version-check --no-compile
PORT ?= 8000
DATA_DIR ?= .local/data
PROCESSES ?= 2
IN_PARALLEL = -n $(PROCESSES) --dist loadgroup --no-loadscope-reorder

# Each test process imports 500 modules of ours: compiled once, they are kept, whatever the environment says.
check test test-runtime: export PYTHONDONTWRITEBYTECODE :=

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

.PHONY: install
install: $(READY) $(AWS_READY) ## Install what is missing
	@:

.PHONY: demo
demo: install ## Import two accounts and a phone backup on this machine, and check the results
	@$(BIN)/python -m local demo

.PHONY: serve
serve: install ## Run everything on this machine until Ctrl-C; data is kept in .local/data
	@$(BIN)/python -m local up --port $(PORT) --data-dir $(DATA_DIR)

# One process more than the two cores of CI: journeys and pages wait, for a browser, a lease or another process.
.PHONY: test
test: PROCESSES = 3
test: install ## Run all tests except the long ones; ORDER=reverse or ORDER=random:7 changes their order
	@$(BIN)/python -m pytest -q $(IN_PARALLEL) -m "not long" $(if $(ORDER),--order $(ORDER))

# This runs the code on the Python that is deployed; `make test` searches for the cases in which it is wrong. So properties
# get a quarter of their examples here, and left out is what comes out the same on every Python (simulations but for a few
# histories, what lanes and faults may do to a result, who may request which route, stores as their fakes and AWS keep
# things, documents and policies) and what never runs on Lambda's (the programs for developers, the bench, journeys and the
# browser). Assertions are not rewritten, which takes longer than to import all else: run a test that fails only here by
# itself to see its values.
FEW_SEEDS := $(wildcard tests/simulation/test_*fuzz.py)
SAME_ON_ALL := $(filter-out $(FEW_SEEDS),$(wildcard tests/simulation/test_*.py)) \
	$(addprefix tests/leads/importing/test_,lanes.py million_in_small.py) \
	$(addprefix tests/routes/test_,who_may.py review_faults.py) $(wildcard tests/contracts/test_*_store.py) \
	tests/local tests/bench tests/browser tests/journeys \
	$(addprefix tests/infra/test_,architecture.py documentation.py policies.py template.py)
.PHONY: test-runtime
test-runtime: export SEEDS ?= 40
test-runtime: install ## Run the tests that can depend on the Python on Lambda's; RUNTIME=python3.12 selects another
	@python=$$($(BIN)/python -m infra python $(if $(RUNTIME),--runtime $(RUNTIME))); \
	echo "Unit tests on $$($$python --version)"; \
	$$python -m pytest -q $(IN_PARALLEL) -m "not long and not ministack" --hypothesis-profile few --assert plain \
		$(addprefix --ignore ,$(SAME_ON_ALL))

.PHONY: image
image: ## Build an image that runs everything on this machine, for who has no Python
	@docker build --tag contact-intake .

.PHONY: chaos
chaos: install ## Kill a real worker 100 times during imports
	@$(BIN)/python -m pytest -q -m long tests/chaos

.PHONY: screenshots
screenshots: install ## Take the README's screenshots from the real pages in Chromium
	@$(BIN)/python -m tests.browser.screenshots

.PHONY: simulate
simulate: install ## Simulate the engine with all faults, 20,000 seeds
	@$(BIN)/python -m pytest -q -n $(PROCESSES) -m long tests/simulation

.PHONY: numbers
numbers: install ## Read a million phone numbers of all regions with the library and without
	@$(BIN)/python -m pytest -q -n $(PROCESSES) -m long tests/contacts

.PHONY: bench
bench: install $(BENCH_READY) ## Measure performance against floors measured in the same run; LEAD_ROWS=20000 for smaller files of leads
	@$(BIN)/python -m tests.bench $(if $(LEAD_ROWS),--lead-rows $(LEAD_ROWS))

.PHONY: bench-million
bench-million: install $(BENCH_READY) ## Import a million generated rows of leads and count each again with DuckDB; ROWS=20000 for fewer
	@$(BIN)/python -m tests.bench.million $(if $(ROWS),--rows $(ROWS))

.PHONY: bench-against
bench-against: install ## Measure this tree against commit REV; REPEATS=7, ONLY=new,pages selects figures, ONLY=tests times the tests
	@$(BIN)/python -m tests.bench.against $(REV) $(if $(ONLY),--only $(ONLY)) $(if $(REPEATS),--repeats $(REPEATS)) $(if $(SCALE),--scale $(SCALE))

.PHONY: fuzz
fuzz: export FUZZ_SECONDS := $(FUZZ_SECONDS)
fuzz: export FUZZ_SEED := $(FUZZ_SEED)
fuzz: install $(FUZZ_READY) ## Send a stack what the API's description allows and forbids, for 10 minutes; FUZZ_SECONDS=120 FUZZ_SEED=18
	@$(BIN)/python -m tests.fuzz

.PHONY: clients
clients: install $(CLIENTS_READY) ## Make clients in TypeScript and Python from the API's description, and use them; needs Node 20.19 or newer
	@$(BIN)/python -m tests.clients

.PHONY: check
check: install ## Check lint, format, types, import contracts, unused requirements, test collection
	@$(MAKE) --jobs 2 check-types check-all-else

.PHONY: check-types check-all-else
check-types: # as long as all else together
	@$(BIN)/mypy

check-all-else:
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports
	@$(BIN)/deptry .
	@if hadolint=$$(PATH="$(BIN):$$PATH" command -v hadolint); then $$hadolint Dockerfile; else echo "Dockerfile: not checked, hadolint is not installed"; fi
	@$(BIN)/python -m tests.collection

.PHONY: findings
findings: $(BIN)/python ## Check whether known surprising behavior of libraries still exists
	@PYTHON=$(abspath $(BIN)/python) findings/all

.PHONY: package
package: install ## Build and check the deployment in build/package; RUNTIME=python3.12 selects another runtime, ROLLOUT=Canary10Percent5Minutes shifts traffic gradually
	@$(BIN)/python -m infra package $(if $(RUNTIME),--runtime $(RUNTIME)) $(if $(ROLLOUT),--rollout $(ROLLOUT))

.PHONY: rehearse
rehearse: install ## Deploy the package to the embedded AWS and run an import there
	@$(BIN)/python -m infra rehearse $(if $(RUNTIME),--runtime $(RUNTIME))

.PHONY: clean
clean: ## Remove build output; environments and data stay
	@rm -rf build .pytest_cache .mypy_cache .ruff_cache .hypothesis .schemathesis .import_linter_cache .chalice/deployments
	@find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

$(BIN)/python:
	@python=$$(for name in python3.11 python3.12 python3.13 python3.14 python3 python; do \
		if command -v $$name >/dev/null && $$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))' 2>/dev/null; \
		then echo $$name; break; fi; done); \
	if [ -z "$$python" ]; then echo "Python 3.11 to 3.14 is needed and none was found." >&2; exit 1; fi; \
	echo "Making $(VENV) with $$($$python --version) …"; \
	$$python -m venv $(VENV)

$(AWS_BIN)/python: | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/embedded-aws

$(READY): requirements.txt requirements-local.txt requirements-dev.txt | $(BIN)/python
	@echo "Installing what the project needs …"
	@$(BIN)/python $(PIP) -r requirements-dev.txt
	@touch $@

$(AWS_READY): requirements-embedded-aws.txt | $(AWS_BIN)/python
	@echo "Installing the embedded AWS …"
	@$(AWS_BIN)/python $(PIP) -r requirements-embedded-aws.txt
	@touch $@

$(BENCH_BIN)/python: | $(BIN)/python
	@$(BIN)/python -m venv $(VENV)/bench

$(BENCH_READY): requirements-bench.txt | $(BENCH_BIN)/python
	@echo "Installing what the service is measured against: Splink, DuckDB …"
	@$(BENCH_BIN)/python $(PIP) --no-deps -r requirements-bench.txt
	@touch $@

$(FUZZ)/bin/python: | $(BIN)/python
	@$(BIN)/python -m venv $(FUZZ)

$(FUZZ_READY): tests/fuzz/requirements.txt | $(FUZZ)/bin/python
	@echo "Installing what fuzzes the API …"
	@$(FUZZ)/bin/python $(PIP) -r tests/fuzz/requirements.txt
	@touch $@

$(CLIENTS)/bin/python: | $(BIN)/python
	@$(BIN)/python -m venv $(CLIENTS)

$(CLIENTS_READY): $(addprefix tests/clients/,python/requirements.txt typescript/package.json typescript/package-lock.json) | $(CLIENTS)/bin/python
	@command -v npm >/dev/null || { echo "Node 20.19 or newer with npm is needed and was not found." >&2; exit 1; }
	@echo "Installing what makes the clients …"
	@$(CLIENTS)/bin/python $(PIP) -r tests/clients/python/requirements.txt
	@cp tests/clients/typescript/{package.json,package-lock.json,.npmrc} $(CLIENTS)
	@npm ci --prefix $(CLIENTS) --silent
	@touch $@
