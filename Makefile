# What a checkout can do; `make` alone lists it, CONTRIBUTING.md says more.
# A machine needs Python 3.11 or newer with its venv module, and make. Everything else is installed
# into .venv, in exactly the versions that requirements/*.txt lock.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

# The first Python on PATH that is new enough; `make test PYTHON=/opt/python/bin/python3` overrides.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11; do \
	"$$name" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo "$$name" && exit; done; echo python3.11)
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip -qq --disable-pip-version-check --no-input
# More for pytest, such as ARGS="-k recovery" or ARGS=tests/domain.
ARGS ?=

.PHONY: help
help: ## this list
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

# --- the environment ---------------------------------------------------------------------------

# A venv left half made (no pip, a Python that is gone) must not pass for a whole one.
$(BIN)/python:
	@echo "Making $(VENV) with $(PYTHON) ..."
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "pomfa-tui needs Python 3.11 or newer: install it, or name it: make PYTHON=..." >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); exit 1; }

$(VENV)/.installed-run: requirements/run.txt pyproject.toml | $(BIN)/python
	@echo "Installing what requirements/run.txt locks ..."
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q pomfa_tui
	@touch $@

$(VENV)/.installed-dev: requirements/dev.txt pyproject.toml | $(BIN)/python
	@echo "Installing what requirements/dev.txt locks ..."
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q pomfa_tui
	@touch $@ $(VENV)/.installed-run

# State and key lie in folders nobody else may look into.
data/ .keys/:
	@mkdir -p $@

.PHONY: private-folders
private-folders: | data/ .keys/
	@chmod 0700 data .keys

# --- running it --------------------------------------------------------------------------------

.PHONY: run
run: $(VENV)/.installed-run private-folders ## the sign-in desk on data/ (its key in .keys/)
	@exec $(BIN)/pomfa-tui --data data --key-file .keys/master.key run

.PHONY: demo
demo: $(VENV)/.installed-run ## a throw-away store with invented people
	@exec $(BIN)/pomfa-tui demo

# --- checking it -------------------------------------------------------------------------------

.PHONY: test
test: $(VENV)/.installed-dev ## every test, on every core (ARGS="-k word" for some)
	@$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

.PHONY: format
format: $(VENV)/.installed-dev ## put the code into shape
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

.PHONY: formatted linted typed layered
formatted: $(VENV)/.installed-dev
	@$(BIN)/ruff format --quiet --diff .

linted: $(VENV)/.installed-dev
	@$(BIN)/ruff check --quiet .

typed: $(VENV)/.installed-dev
	@report=$$($(BIN)/mypy --no-error-summary 2>&1) || { echo "$$report"; exit 1; }

layered: $(VENV)/.installed-dev
	@report=$$($(BIN)/lint-imports --no-logo 2>&1) || { echo "$$report"; exit 1; }

.PHONY: static
static: formatted linted typed layered ## format, lint, types and layers, without the tests

.PHONY: check
check: static test ## everything CI runs: static, then test

.PHONY: soak
soak: $(VENV)/.installed-dev ## the slow suites in full; takes long
	@POMFA_SOAK=1 $(BIN)/python -m pytest -n auto --dist worksteal -o timeout=3600 $(ARGS)

.PHONY: bench
bench: $(VENV)/.installed-dev ## measure, each figure beside its floor from the same run
	@$(BIN)/python -m benchmarks.run $(ARGS)

# --- upkeep ------------------------------------------------------------------------------------

# uv resolves for all platforms and Python versions at once; it is needed for this alone and lives
# outside the environment. UPGRADE=1 takes newer versions, without it only what pyproject.toml forces.
LOCKER := build/locker
UV_VERSION := 0.13.9
COMPILE = $(LOCKER)/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) pyproject.toml requirements/build.in

$(LOCKER)/uv-$(UV_VERSION):
	@$(PYTHON) -m venv --clear $(LOCKER)
	@$(LOCKER)/bin/python -m pip -qq --disable-pip-version-check install uv==$(UV_VERSION)
	@touch $@

.PHONY: lock
lock: $(LOCKER)/uv-$(UV_VERSION) ## write requirements/*.txt anew (UPGRADE=1 for newer versions)
	@$(COMPILE) --all-extras -o requirements/dev.txt
	@$(COMPILE) -c requirements/dev.txt --extra postgres -o requirements/postgres.txt
	@$(COMPILE) -c requirements/dev.txt -o requirements/run.txt

SBOM_MAKER := build/sbom-maker
SBOM_MAKER_VERSION := 7.5.0

$(SBOM_MAKER)/made-$(SBOM_MAKER_VERSION):
	@$(PYTHON) -m venv --clear $(SBOM_MAKER)
	@$(SBOM_MAKER)/bin/python -m pip -qq --disable-pip-version-check install cyclonedx-bom==$(SBOM_MAKER_VERSION)
	@touch $@

.PHONY: sbom
sbom: $(SBOM_MAKER)/made-$(SBOM_MAKER_VERSION) ## write build/sbom.json: what a run needs, with hashes (CycloneDX)
	@$(SBOM_MAKER)/bin/python -W ignore -m cyclonedx_py requirements requirements/run.txt --pyproject pyproject.toml \
		--output-reproducible --of JSON -o build/sbom.json

SNAPSHOTS := tests/screens/__snapshots__/test_pictures/test_it_looks_as_it_did

.PHONY: pictures
pictures: ## copy the README's pictures from the snapshots, which the tests compare with the program
	@cp "$(SNAPSHOTS)[default-sign in].svg" docs/pictures/sign-in.svg
	@cp "$(SNAPSHOTS)[default-set up your authenticator].svg" docs/pictures/pairing.svg
	@cp "$(SNAPSHOTS)[default-home, notices].svg" docs/pictures/home.svg

.PHONY: clean
clean: ## remove the environment and caches; never data/ or .keys/
	@rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@rm -f snapshot_report.html
	@find pomfa_tui tests benchmarks -name __pycache__ -prune -exec rm -rf {} +
