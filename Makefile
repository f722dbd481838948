# The commands to know. Everything is set up on first use, from the package registries alone.
.PHONY: demo test faults lint bench image container
.DEFAULT_GOAL := test

PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
BASE ?=

# Draw the embedded sample from a dbt Cloud account played on this machine.
demo: $(VENV)/.runtime
	$(PY) -m erd demo

# All tests that need nothing but Python and Node; TESTS= picks some. CONTRIBUTING.md has the others.
test: $(VENV)/.dev
	$(PY) -m pytest -n auto --dist worksteal -m "not corpus and not container and not browser and not drawing and not dbt and not faults" $(TESTS)

# Every fault of dbt Cloud and of GitHub, those against commits too; takes about seven minutes.
faults: $(VENV)/.dev
	$(PY) -m pytest -n 4 -m faults

lint: $(VENV)/.dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-actions action.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml examples/workflows/*.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.gitlab-ci examples/pipelines/gitlab-ci.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.azure-pipelines --regex-variant nonunicode examples/pipelines/azure-pipelines.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.bitbucket-pipelines examples/pipelines/bitbucket-pipelines.yml
	$(VENV)/bin/check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	$(VENV)/bin/actionlint .github/workflows/*.yml examples/workflows/*.yml
	$(VENV)/bin/zizmor --offline --no-progress --quiet . examples/workflows/*.yml
	$(VENV)/bin/hadolint Dockerfile
	$(VENV)/bin/shellcheck .ci/run

# Against dbterd 1.32 and a bare decode, on generated projects; takes about a quarter of an hour.
bench: $(VENV)/.dev
	$(PY) -m tests.bench

# BASE=python:3.13-slim builds on a base of that name where its digest cannot be had.
image:
	docker build $(if $(BASE),--build-arg BASE=$(BASE)) --tag dbt-cloud-erd .

# The image, and the examples in it, run as GitHub's runner does; needs a Docker engine. ERD_BASE_IMAGE names another
# base, ERD_SHOW_IN a folder for the comments, summaries and logs that the examples lead to.
container: $(VENV)/.dev
	$(PY) -m pytest -m container tests/container

$(VENV)/.python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed: make PYTHON=python3.13 ...")'
	$(PYTHON) -m venv $(VENV)
	touch $@

$(VENV)/.runtime: $(VENV)/.python requirements.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	touch $@

$(VENV)/.dev: $(VENV)/.python requirements-dev.txt pyproject.toml
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@
