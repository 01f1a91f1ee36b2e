# PrecisionPulse: `make run` starts it, `make test` proves it, `make help` lists the rest.
# Needed on the machine: Python 3.11 or later, and make. Everything else is brought into the checkout.

PYTHON ?= python3
BIN := .venv/bin
NODE := .cache/node
WORKERS ?= 2
SETTINGS := $(wildcard pyproject.toml */pyproject.toml */python/pyproject.toml apps/*/pyproject.toml)
ENVIRONMENT := .venv/.up-to-date
NODE_PACKAGES := node_modules/.precisionpulse-lock
STACK := $(BIN)/python -m precisionpulse_stack
CODEGEN := codegen/.venv/bin/python
CODEGEN_READY := codegen/.venv/.up-to-date codegen/node_modules/.precisionpulse-lock
TYPED := sdk/python/src apps/backend/src apps/desktop/src stack/src
export PATH := $(CURDIR)/$(NODE):$(CURDIR)/$(BIN):$(PATH)
unexport VIRTUAL_ENV
# Whom this machine trusts is the machine's business: a company's own CA must do.
export UV_SYSTEM_CERTS ?= 1
export NODE_USE_SYSTEM_CA ?= 1

.DEFAULT_GOAL := help
.PHONY: help setup run stop status clean distclean test test-python test-web test-packages check lint format types \
        imports drift breaking bench performance simulate converge chaos schema generate traceability docs

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  \033[1m%-13s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  Variables: DESKTOP=window|headless|none  DEMO=on|off  DATABASE_URL=  BROKER_URL=  WEB_PORT=  PYTHON=  WORKERS="

setup: $(ENVIRONMENT) $(NODE_PACKAGES) ## Install everything that running and testing need into the checkout

$(ENVIRONMENT): uv.lock stack/bootstrap.py $(SETTINGS)
	@echo "Installing the Python packages into .venv (the first time takes a minute) …"
	@$(PYTHON) stack/bootstrap.py
	@touch $@

$(NODE_PACKAGES): package-lock.json package.json $(ENVIRONMENT)
	@$(STACK) packages
	@touch $@

codegen/.venv/.up-to-date: codegen/uv.lock codegen/pyproject.toml stack/bootstrap.py
	@$(PYTHON) stack/bootstrap.py codegen
	@touch $@

codegen/node_modules/.precisionpulse-lock: codegen/package-lock.json $(NODE_PACKAGES)
	@cd codegen && npm ci --silent --cache ../.cache/npm
	@touch $@

run: $(ENVIRONMENT) ## Start everything, print the dashboard's address, stop it all on Ctrl-C
	@$(STACK) run

stop: ## Stop what `make run` started, from another terminal
	@if [ -x $(BIN)/python ]; then $(STACK) stop; else echo "PrecisionPulse is not running."; fi

status: $(ENVIRONMENT) ## Say what runs
	@$(STACK) status || true

clean: ## Stop, and remove data, secrets, logs and what was built
	@if [ -x $(BIN)/python ]; then $(STACK) clean; fi
	@rm -rf apps/web/.next reports .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .coverage*

distclean: clean ## Remove also the installed packages and downloads: the checkout is as it was cloned
	@rm -rf .run .venv .cache node_modules apps/web/node_modules codegen/.venv codegen/node_modules

test: test-packages test-python test-web ## Run all tests: unit, conformance, integration, end to end, web

test-packages: $(ENVIRONMENT)
	@$(STACK) test-packages

test-python: $(NODE_PACKAGES) $(CODEGEN_READY)
	$(BIN)/pytest -n $(WORKERS) --dist loadgroup

test-web: $(NODE_PACKAGES)
	npm run test --workspaces --if-present

outage: $(ENVIRONMENT) ## Run an outage of HOURS=24 at 1,000 readings a second, and the flush after it, in virtual time
	$(BIN)/python -m tests.outage $(or $(HOURS),1)

simulate: $(ENVIRONMENT) ## Run SEEDS=100000 (or FIRST:LAST) schedules of faults; a failing one is shrunk and printed
	$(BIN)/python -m tests.simulation $(or $(SEEDS),10000)

converge: $(ENVIRONMENT) ## Let EXAMPLES=1000 random sites edit, lose, crash and settle; a failing one is shrunk and printed
	CONVERGE_EXAMPLES=$(or $(EXAMPLES),1000) $(BIN)/pytest tests/simulation/test_convergence.py -n0 -q -k become_the_same

chaos: $(ENVIRONMENT) ## Kill, freeze and cut off real programs for MINUTES=5 from a SEED=, then compare every reading
	$(BIN)/python -m tests.chaos --minutes $(or $(MINUTES),5) $(if $(SEED),--seed $(SEED))

bench: $(NODE_PACKAGES) ## Measure everything beside its target (ONLY=L1,L7: some of it), about 10 minutes
	$(BIN)/python -m benchmarks $(if $(ONLY),--only $(ONLY))

performance: $(ENVIRONMENT) ## Write the results of `make bench` into docs/performance.md
	$(BIN)/python -m benchmarks.document

check: lint types imports schema drift breaking test-packages test-web traceability test-python ## Run all that CI runs

lint: $(NODE_PACKAGES) ## Check style: Python, TypeScript
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	npm run lint --workspaces --if-present

format: $(ENVIRONMENT) ## Put Python code into the common form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: $(NODE_PACKAGES) ## Check types: mypy --strict, tsc
	$(BIN)/mypy $(TYPED)
	MYPYPATH=codegen $(BIN)/mypy codegen/precisionpulse_codegen $(wildcard codegen/*.py)
	npm run typecheck --workspaces --if-present
	npm run check --workspaces --if-present

generate: $(CODEGEN_READY) ## Empty generated/ and refill it from proto/
	$(CODEGEN) codegen/generate.py

schema: $(CODEGEN_READY) ## Check the style of the .proto files
	$(CODEGEN) codegen/gates.py lint

drift: $(CODEGEN_READY) ## Check that generated/ is what proto/ generates
	$(CODEGEN) codegen/gates.py drift

breaking: $(CODEGEN_READY) ## Check that no released schema is broken
	$(CODEGEN) codegen/gates.py breaking

imports: $(ENVIRONMENT) ## Check the walls between the parts
	$(BIN)/lint-imports

traceability: $(ENVIRONMENT) ## Write docs/traceability.md: every promise with the tests that prove it
	$(BIN)/python tests/traceability.py

docs: traceability performance ## Write the documents that are made from the code
