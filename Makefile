# make help lists the targets. Needs make and a Python from 3.11 on; brings everything else into .venv.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help demo setup test torture bench check lint types floors templates migrations deploy format lock clean

PORT ?= 8000
WORKERS ?= 2
SERVER ?= postgres://postgres@127.0.0.1:5432
SIZE ?= 10000,100000,1000000
SECONDS ?= 20
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input

help:  ## list these targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: $(VENV)/.runtime  ## serve the demo programme on PORT (8000), everything included
	DEBUG=1 ALLOW_TOKEN_IN_QUERY=1 $(PY) manage.py demo --port $(PORT)

setup: $(VENV)/.development  ## make .venv with the locked dependencies

test: $(VENV)/.development  ## run all tests, on SQLite or on DATABASE_URL and REDIS_URL
	$(PY) -m pytest -n $(WORKERS) $(PYTEST)

bench: $(VENV)/.development  ## measure the ledger over HTTP on the PostgreSQL at SERVER; SIZE=10000 SECONDS=5 is quick
	$(PY) -m tests.benchmarks.ledger --server $(SERVER) --sizes $(SIZE) --seconds $(SECONDS)

torture: $(VENV)/.development  ## run races, random histories and killed work in full (make test runs a share)
	TORTURE=1 $(PY) -m pytest -n $(WORKERS) -m torture $(PYTEST)

check: lint types floors templates migrations deploy  ## run every static check

lint: $(VENV)/.development  ## ruff: rules and formatting
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(VENV)/.development  ## mypy, strict
	DEBUG=1 $(PY) -m mypy

floors: $(VENV)/.development  ## import-linter: no floor imports from above
	$(VENV)/bin/lint-imports --no-logo

templates: $(VENV)/.development  ## djlint on the templates
	$(VENV)/bin/djlint --lint --quiet templates

migrations: $(VENV)/.development  ## no model changed without its migration
	DEBUG=1 $(PY) manage.py makemigrations --check --dry-run

deploy: $(VENV)/.development  ## Django's deployment checks on production settings
	DEBUG=0 SECRET_KEY=$$($(PY) -c 'import secrets; print(secrets.token_urlsafe(60))') \
		$(PY) manage.py check --deploy --fail-level WARNING

format: $(VENV)/.development  ## put imports and code in ruff's form
	$(PY) -m ruff check --select I --fix .
	$(PY) -m ruff format .

lock: $(VENV)/.development  ## resolve requirements*.in again into the hashed locks
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header requirements.in -o requirements.txt
	$(VENV)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header requirements-dev.in -o requirements-dev.txt

clean:  ## remove .venv, var and what tools left behind
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache htmlcov .coverage
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps say which lock the environment was last filled from; a changed lock fills it again.
$(VENV)/.runtime: requirements.txt | $(PY)
	@echo "Installing the program's dependencies into $(VENV) (under a minute)"
	$(PIP) install -qq --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.development: requirements-dev.txt | $(PY)
	@echo "Installing the dependencies of the program and of its tests into $(VENV) (about a minute)"
	$(PIP) install -qq --require-hashes -r requirements-dev.txt
	@touch $@ $(VENV)/.runtime

# The first Python that is new enough. Debian keeps venv in a package of its own, which root may simply install.
$(PY):
	@for name in $(PYTHON) python3.11 python3.12 python3.13 python3 python; do \
		if "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then found="$$name"; break; fi; \
	done; \
	if [ -z "$${found:-}" ]; then echo "Python 3.11 or newer is needed (set PYTHON=/path/to/python)." >&2; exit 1; fi; \
	if ! "$$found" -c 'import ensurepip, venv' 2>/dev/null; then \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null; \
		else \
			echo "This Python has no venv module; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; \
		fi; \
	fi; \
	echo "Making $(VENV) with $$found"; \
	"$$found" -m venv $(VENV)
