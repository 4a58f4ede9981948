# `make help` lists the targets. Python 3.11 or newer is all that must be installed.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check install --quiet
PACKAGES := api bench community domain gamification infra insights members messaging migrations server tests

.DEFAULT_GOAL := help
.PHONY: help run test clients check bench fuzz format lint types architecture schema lock clean graphiql web screens

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Laurels needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/runtime: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "installing what Laurels needs (once)"
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q $(PACKAGES)  # as pip does for what it copies: a fifth of a start
	@touch $@

$(VENV)/development: requirements-dev.lock $(VENV)/runtime
	@echo "installing what its developers need (once)"
	$(PIP) --require-hashes -r requirements-dev.lock
	@touch $@

# The app and GraphiQL are built beside the start, where npm is, and only when they are stale; pages
# show them when they are there. $$$$ becomes the server's own process id, and the builds give up when
# that process ends.
run: $(VENV)/runtime ## start everything: engines, demo shop, API, worker (PORT, LAURELS_HOME, DEMO=0 …)
	@((nice -n 19 web/build.sh $$$$ >web/build.log 2>&1; \
	  nice -n 19 web/graphiql/build.sh $$$$ >web/graphiql/build.log 2>&1) &); exec $(BIN)/laurels up

web: ## build the shopper's app and the console (needs Node 20.19 or newer, with npm)
	web/build.sh

screens: $(VENV)/development ## walk through every screen in a real browser and write web/screens/ (needs Chromium)
	WEB=required SCREENS=all $(BIN)/python -m pytest -q tests/web

graphiql: ## build the query page's GraphiQL (needs npm; without it the page is a plain one)
	web/graphiql/build.sh

test: $(VENV)/development ## run all tests, on engines they start themselves
	$(BIN)/python -m pytest -rs -n 2 --dist loadscope $(TESTS)

clients: $(VENV)/development ## the reference audits, graphql-ws, Apollo and urql (needs Node 20 or newer)
	CLIENTS=required $(BIN)/python -m pytest -q tests/clients/test_clients.py

check: format lint types architecture schema test ## what CI runs

format: $(VENV)/development ## is everything formatted?
	$(BIN)/ruff format --check .

lint: $(VENV)/development ## ruff, everything on
	$(BIN)/ruff check .

types: $(VENV)/development ## pyright and mypy, both strict
	$(BIN)/pyright
	$(BIN)/mypy

architecture: $(VENV)/development ## who may import whom
	$(BIN)/lint-imports --no-cache

schema: $(VENV)/development ## schema.graphql is what is served, and breaks no client
	$(BIN)/python -m api.export --check

bench: $(VENV)/development ## run the benchmarks, print a table, write bench/results/
	$(BIN)/python -m bench $(BENCH)

fuzz: $(VENV)/development ## compiled documents against interpreted ones, then Schemathesis over the API
	$(BIN)/python -m tests.api.execution.compiler.fuzz 10000
	$(BIN)/python -m tests.clients.fuzz 100

lock: $(VENV)/development ## write the lock files anew from pyproject.toml
	$(PIP) uv
	$(BIN)/uv pip compile pyproject.toml --group build --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --group build --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements-dev.lock

clean: ## remove the environment and the local deployment
	rm -rf $(VENV) .laurels
