# Everything starts here: `make demo` runs a building on this machine, `make test` proves the project.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PYTHON ?= $(shell for python in python3 python3.11 python3.12 python3.13 python3.14; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$python; break; }; done)
ARGS ?=
ONLY ?=
WORKERS ?= 3

BIN := .venv/bin
STAMPS := .venv/stamps
RUN := PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/python
DASHBOARDS := $(wildcard dashboards/package.json)
PAGES := $(if $(DASHBOARDS),$(shell find dashboards -type f \
	-not -path 'dashboards/node_modules/*' -not -path 'dashboards/dist/*' -not -path '*/__pycache__/*' -not -name '* *'))

.PHONY: help setup demo test check format generate screenshots prove bench lock services clean
.DEFAULT_GOAL := help

help: ## show this list
	@grep -E '^[a-z]+:.*##' $(firstword $(MAKEFILE_LIST)) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(STAMPS)/project $(if $(DASHBOARDS),dashboards/dist/index.html) ## the environment in .venv and the built dashboards
	@:

demo: setup ## simulators, edge, cloud and dashboards on this machine; ARGS="--port 8000 --days 7"
	@exec $(BIN)/gatehouse demo $(ARGS)

test: setup services ## every test, WORKERS files at a time; ARGS="tests/edge -x"
	@$(RUN) -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder --durations=25 $(ARGS)

check: setup ## linters, types, import rules, drift of generated files, the dashboards' own checks
	@$(RUN) -m scripts.check

format: setup ## put every file into the common form
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format --quiet .

generate: setup ## write the generated files anew
	@$(RUN) -m scripts.generated --write

screenshots: setup services ## the README's pictures anew, from the built pages
	@$(RUN) -m scripts.screenshots

prove: setup services ## the long proofs, into build/proofs.json; ONLY=<area>
	@$(RUN) -m scripts.measurements proofs build/proofs.json $(if $(ONLY),--only $(ONLY))

bench: setup services ## the measurements, into build/bench.json; ONLY=<area>
	@$(RUN) -m scripts.measurements bench build/bench.json $(if $(ONLY),--only $(ONLY))

services: $(STAMPS)/project ## the real servers that the tests run against (installed on Debian as root)
	@$(RUN) -m scripts.services

lock: $(STAMPS)/environment ## resolve the dependencies anew into requirements/
	@$(RUN) -m scripts.lock $(ARGS)

clean: ## remove what the other targets made
	rm -rf .venv build dist dashboards/node_modules dashboards/dist
	rm -rf .import_linter_cache .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

$(STAMPS)/environment: scripts/environment.py requirements/uv.txt
	@$(if $(PYTHON),,echo "Gatehouse needs Python 3.11 or newer as python3. Install it, or name it: make PYTHON=/path/to/python3.11" >&2; exit 1)
	@$(PYTHON) scripts/environment.py create
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/packages: $(STAMPS)/environment requirements/dev.txt
	@$(BIN)/python scripts/environment.py packages
	@touch $@

$(STAMPS)/project: $(STAMPS)/packages pyproject.toml
	@$(BIN)/python scripts/environment.py project
	@touch $@

dashboards/node_modules/.stamp: dashboards/package-lock.json dashboards/package.json $(wildcard dashboards/.npmrc) $(STAMPS)/packages
	@$(BIN)/python scripts/environment.py node
	@mkdir -p $(@D) && touch $@

dashboards/dist/index.html: dashboards/node_modules/.stamp $(PAGES)
	@$(BIN)/python scripts/environment.py dashboards
	@touch --no-create $@
