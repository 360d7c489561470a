# The commands of Masthead. `make` alone prints them. Plain sh and make; everything is installed into .venv.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
WITH_POSTGRES := $(BIN)/python -m demo.with_postgres --
# As many workers as there are processors, within reason, as the tests start processes of their own.
TEST_WORKERS ?= $(shell $(BIN)/python -c "import os; print(max(2, min(4, os.cpu_count() or 2)))")
PYTEST_ARGS ?=
# mypy keeps one processor busy for a minute; the others fit beside it.
AT_ONCE := types lint contracts migrations openapi

.DEFAULT_GOAL := help
.PHONY: help demo test test-browser check lint types contracts migrations openapi bench soak lock clean

help: ## print this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

demo: $(VENV)/demo.installed ## the whole house on this machine; ONCE=1 ends after the story, READERS=50000 makes a big one
	@$(BIN)/python -m demo $(if $(ONCE),--once) $(if $(READERS),--readers $(READERS))

test: $(VENV)/dev.installed ## all tests but those in a browser, on a real PostgreSQL
	@$(BIN)/python -m pytest tests --ignore=tests/browser -n $(TEST_WORKERS) -m "not soak" $(PYTEST_ARGS)

test-browser: $(VENV)/dev.installed ## the tests in a real Chromium
	@chromium=`sh .ci/chromium` && CHROMIUM="$$chromium" $(BIN)/python -m pytest tests/browser $(PYTEST_ARGS)

check: ## everything that must be green: what .ci/run runs
	@set -e; echo "== $(AT_ONCE)"; $(MAKE) --no-print-directory -j 2 $(AT_ONCE); \
		for step in test test-browser; do echo "== $$step"; $(MAKE) --no-print-directory $$step; done; echo "== all good"

lint: $(VENV)/dev.installed ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(VENV)/dev.installed ## mypy, strict
	@$(BIN)/mypy .

contracts: $(VENV)/dev.installed ## imports go down the house, never up
	@$(BIN)/lint-imports

migrations: $(VENV)/dev.installed ## every model change has its migration
	@$(WITH_POSTGRES) $(BIN)/python manage.py makemigrations --check --dry-run

openapi: $(VENV)/dev.installed ## the OpenAPI document is valid and free of warnings
	@$(WITH_POSTGRES) $(BIN)/python manage.py spectacular --validate --fail-on-warn --file /dev/null

bench: $(VENV)/dev.installed ## measure the promises and print a table of ratios
	@$(BIN)/python -m bench $(BENCH_ARGS)

soak: $(VENV)/dev.installed ## the long simulations
	@HYPOTHESIS_PROFILE=soak $(BIN)/python -m pytest tests -n $(TEST_WORKERS) -m soak $(PYTEST_ARGS)

lock: ## write requirements/*.lock anew from pyproject.toml
	@$(CHECK_PYTHON)
	@$(PYTHON) requirements/lock.py

clean: ## remove what these commands made: .venv, var and caches
	rm -rf $(VENV) var .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache static-built
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamps are written by requirements/install.py when all is there, so that a half-made .venv is mended by the next run.
# A .venv that lost a part, or whose interpreter was removed or upgraded, is made again whatever its stamps say.
WHOLE := $(shell test -x $(BIN)/python && test -e $(VENV)/pyvenv.cfg && test ! -e $(VENV)/unfinished && echo yes)

$(VENV)/%.installed: requirements/%.lock $(wildcard $(BIN)/python) $(if $(WHOLE),,FORCE)
	@$(CHECK_PYTHON)
	@$(PYTHON) requirements/install.py $*

.PHONY: FORCE
FORCE:

# In plain words, as this is the first thing that a newcomer meets.
define CHECK_PYTHON
command -v $(PYTHON) >/dev/null || { echo "Masthead needs Python 3.11 or newer; there is no $(PYTHON) here."; exit 1; }; \
$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || { \
	echo "Masthead needs Python 3.11 or newer; $(PYTHON) is `$(PYTHON) --version 2>&1`. Say: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
endef
