# Two commands do everything: `make run` and `make test`. The rest is for those who change the code.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CONFIG ?= config
NODE := tests/clients/node_modules/.package-lock.json
SOURCES := $(shell find monitor statuspage -type f -not -name '*.pyc' 2>/dev/null) pyproject.toml README.md

.DEFAULT_GOAL := help
.PHONY: help run check test lint types floors pytest bench fault fault-kills fault-laws mutation pictures format lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: $(VENV)/.app ## install what is needed, then probe what config/ says and serve the page on port 8080
	$(BIN)/meetlat run $(CONFIG)

check: $(VENV)/.app ## validate config/ and print what would run
	$(BIN)/meetlat check $(CONFIG)

test: lint types floors pytest ## install what is needed, then every check

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.dev
	$(BIN)/mypy monitor statuspage tests

floors: $(VENV)/.dev
	$(BIN)/lint-imports

# The tests see the installed wheel, never this folder: what is missing from the wheel is missing from the tests. Three at a time, for many
# wait; in the order of the folders, which begins with the longest.
pytest: $(VENV)/.dev $(NODE)
	$(BIN)/pytest -n 3 --dist loadfile --no-loadscope-reorder --ignore tests/fault

fault: fault-kills fault-laws ## the slow suites: two hundred kills, long clocks, a full disk; the laws in a million cases

fault-kills: $(VENV)/.dev
	MEETLAT_KILLS=200 $(BIN)/pytest tests/fault

fault-laws: $(VENV)/.dev
	MEETLAT_EXAMPLES=1000 $(BIN)/pytest -n 2 --durations=8 tests/property

SEED ?= 1
COUNT ?= 100
mutation: $(VENV)/.dev ## small mistakes in monitor/sla: how many of COUNT the tests notice, and which they do not
	PYTHONPATH=tests nice -n 15 $(BIN)/python -m mutation.sample --seed $(SEED) --count $(COUNT)

bench: $(VENV)/.dev ## print figures beside a named rival
	for each in tests/bench/bench_*.py; do PYTHONPATH=tests $(BIN)/python $$each || exit 1; done

pictures: $(VENV)/.dev ## screenshots of every kind of page in pictures/, to be looked at
	PYTHONPATH=tests $(BIN)/python tests/browser/pictures.py pictures

format: $(VENV)/.dev ## put the code in its usual shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: $(VENV)/.dev ## choose versions anew: names, versions and hashes, no addresses
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade \
	  pyproject.toml --extra postgresql --extra oidc -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --upgrade \
	  pyproject.toml --extra postgresql --extra browser --extra oidc --group dev -c requirements.lock -o requirements-dev.lock

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit("Meetlat needs Python 3.11 or newer, this is " + sys.version) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.lock: requirements.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	touch $@

$(VENV)/.dev-lock: requirements-dev.lock | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@ $(VENV)/.lock

$(VENV)/.app: $(VENV)/.lock $(SOURCES)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps .
	touch $@

$(VENV)/.dev: $(VENV)/.dev-lock $(SOURCES)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps --no-build-isolation .
	touch $@ $(VENV)/.app

# Clients and checkers of others that are written in JavaScript or Java. Without npm the tests that use them are skipped, but not in CI.
$(NODE): tests/clients/package-lock.json
	if command -v npm >/dev/null; then npm --prefix tests/clients ci --silent; fi

clean: ## remove what was installed and cached
	rm -rf $(VENV) tests/clients/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
