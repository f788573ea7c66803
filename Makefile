# Two commands for a fresh machine with Python 3.11 to 3.14: make demo, make test.
# While working: make test-quick, make check.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

# What is compiled once is kept, so that the second start is the fast one.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: install demo check hooks test test-quick bench wheel bundle clean
.DEFAULT_GOAL := demo

# For who develops: with the tools that check and test. Who only runs it installs requirements.lock (README).
install: .venv/installed

.venv/installed: requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = "%d.%d" % sys.version_info[:2]; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 15) else "placement-premium braucht Python 3.11 bis 3.14; gefunden wurde Python " + v + ". Bitte eines davon installieren und nennen, zum Beispiel: make install PYTHON=python3.13")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q flows schemas  # so that the first command starts as fast as the second
	@touch $@

demo: install
	$(BIN)/placement-premium demo

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# From then on git refuses a commit that `make check` would refuse (.pre-commit-config.yaml).
hooks: install
	$(BIN)/pre-commit install

# One process for each core; a module's tests stay together, for they share what was prepared for them.
PYTEST := $(BIN)/python -m pytest -n logical --dist loadscope --no-loadscope-reorder

test: install
	$(PYTEST)

# What is run while working, in a minute or so on two cores: single functions, the cases of the rules, the examples in
# the code, and the properties with a tenth of their examples. It leaves out what takes long: months and reports played
# as a whole (golden, attacks, and the two of properties), broken workbooks (broken), a ledger under attack and power
# cuts (faults), the Prefect server (flows), the browser (web).
test-quick: install
	$(PYTEST) --hypothesis-profile=quick tests/unit tests/cases tests/properties schemas flows \
	  --ignore=tests/properties/test_ledger_machine.py --ignore=tests/properties/test_disclosure.py

.venv/bench/installed: .venv/installed tests/bench/requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --upgrade --target .venv/bench -r tests/bench/requirements.lock
	@touch $@

bench: install .venv/bench/installed
	$(BIN)/python -m tests.bench

# The package as it is handed on, with the tools of the lock; what was built before is not mixed into it.
wheel: install
	rm -rf build dist
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation -w dist .

# Packages for machines without the internet, for Linux and Windows; `python -m bundle.trial` tries one without a network.
bundle: wheel
	$(BIN)/python -m bundle

# What can be made again, and nothing else: outputs hold the books, inputs the returns.
clean:
	rm -rf .venv build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find flows schemas tests -name __pycache__ -type d -prune -exec rm -rf {} +
