# Everything runs in .venv, which is made and filled from the locks when they change. Python: make PYTHON=python3.12

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
OWN := $(PIP) --no-deps --no-build-isolation --editable .

# A stamp's name holds the sum of what was installed: nothing is installed twice, a new lock is installed once.
sum = $(shell cat setup.cfg pyproject.toml $(1) | cksum | tr -d ' \t')
RUN_LOCKS := deploy/requirements.lock deploy/requirements-build.lock
RUN := .venv/.run-$(call sum,$(RUN_LOCKS))
DEV := .venv/.dev-$(call sum,$(RUN_LOCKS) deploy/requirements-dev.lock)
BENCH := .venv/.bench-$(call sum,deploy/requirements-bench.lock)

# The public reference tables, where they lie beside the project, let tests/reference run.
REFERENCE := $(abspath ../shared/data)
ifneq ($(wildcard $(REFERENCE)/README.md),)
export REVEILLE_REFERENCE_DATA ?= $(REFERENCE)
endif

.DEFAULT_GOAL := help
.PHONY: help demo run test check lint bench faults fuzz loadtest lock clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

demo: $(RUN) ## Make a nutrition and a workout plan through the whole platform, print them, stop
	@$(BIN)/reveille demo

run: $(RUN) ## Run the platform until Ctrl-C; prints its address, a demo login and where its data lies
	@$(BIN)/reveille up --demo-login

test: $(DEV) ## Run the whole suite: lint, types, import rules, every test on real servers
	@$(MAKE) --no-print-directory lint
	@$(BIN)/pytest -m "not long" --doctest-modules --ignore=models/migrations planners models \
	  operations/autoscale operations/forecast tests

check: $(DEV) lint ## Run what needs no server: lint, types, import rules, doctests, planners, architecture
	@$(BIN)/pytest --doctest-modules --ignore=models/migrations planners models tests/planners tests/architecture

lint: $(DEV)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(BENCH) ## Run the benchmarks beside their peers; one of them with ONLY=name
	@$(BIN)/python -m benchmarks $(ONLY)

faults: $(DEV) ## Kill servers and processes at every step, and look that nothing is lost or done twice
	@$(BIN)/pytest tests/faults

STRANGERS ?= 10000
FUZZ_S ?= 1200
fuzz: $(DEV) ## Send the web process all that its document allows and forbids, then plan for 10,000 strangers
	@FUZZ_S=$(FUZZ_S) FUZZ_EXAMPLES=2000 $(BIN)/pytest --hypothesis-profile=fuzz tests/attack
	@$(BIN)/python -m tests.planners.nutrition.strangers $(STRANGERS)
	@$(BIN)/pytest --hypothesis-profile=fuzz tests/planners

loadtest: $(RUN) ## Load a platform and draw it: make loadtest SCENARIO=spike (ramp, step-down, diurnal, soak, steady, faults)
	@$(BIN)/reveille loadtest $(or $(SCENARIO),steady)

lock: ## Resolve the locks anew (needs uv)
	@command -v uv > /dev/null || { echo "make lock needs uv on PATH (docs.astral.sh/uv)."; exit 1; }
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
	  --output-file deploy/requirements.lock setup.cfg
	uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 \
	  --extra dev --output-file deploy/requirements-dev.lock setup.cfg
	echo setuptools | uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header \
	  --python-version 3.11 --constraint deploy/requirements-dev.lock --output-file deploy/requirements-build.lock -

clean: ## Remove .venv and everything that was made from the sources
	rm -rf .venv build *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null || { \
	  echo "Reveille needs Python 3.11 or newer, and $(PYTHON) is `$(PYTHON) --version 2>&1`: name one, as in make PYTHON=python3.12"; \
	  exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2> /dev/null || { \
	  echo "$(PYTHON) lacks its venv module: install it (Debian, Ubuntu: apt install python3-venv), then run make again."; \
	  exit 1; }
	$(PYTHON) -m venv .venv

$(RUN): | $(BIN)/python
	@echo "Installing what the platform needs into .venv (once; some minutes when nothing is cached) ..."
	@$(PIP) --no-deps --require-hashes --requirement deploy/requirements.lock --requirement deploy/requirements-build.lock
	@$(OWN)
	@rm -f .venv/.run-*; touch $@

$(DEV): | $(BIN)/python
	@echo "Installing what the platform and its tests need into .venv (once) ..."
	@$(PIP) --no-deps --require-hashes --requirement deploy/requirements-dev.lock
	@$(OWN)
	@rm -f .venv/.run-* .venv/.dev-*; touch $(RUN) $@

$(BENCH): $(DEV)
	@$(PIP) --no-deps --require-hashes --requirement deploy/requirements-bench.lock
	@rm -f .venv/.bench-*; touch $@
