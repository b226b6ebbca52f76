# What one does with the project. Needs Python 3.11 or newer; everything else goes into .venv and var/.
# The environment variables that these read are listed in README.md.

PYTHON ?= python3
VENV := .venv/bin/python
RUNTIME := .venv/.runtime
DEV := .venv/.dev

.DEFAULT_GOAL := help
.PHONY: help run serve test lint types lock schema screenshots bench clean

help:
	@echo "make run          the site with the demo, on this machine only"
	@echo "make serve        the production start (README.md: Configuration)"
	@echo "make test         every test; those in a browser when Chromium is found"
	@echo "make lint types   formatting, linter, import contracts; types"
	@echo "make lock         requirements*.txt anew from pyproject.toml"
	@echo "make schema       docs/openapi.yaml anew from the code"
	@echo "make screenshots  the pictures of README.md anew, in Chromium"
	@echo "make bench        speed against floors, in one interleaved run"

run: $(RUNTIME)
	@MODE=demo $(VENV) manage.py serve

serve: $(RUNTIME)
	@MODE=production $(VENV) manage.py serve

test: $(DEV)
	$(VENV) -m pytest -n auto $(ARGS)

lint: $(DEV)
	$(VENV) -m ruff check .
	$(VENV) -m ruff format --check .
	.venv/bin/lint-imports
	$(VENV) manage.py makemigrations --check --dry-run

types: $(DEV)
	$(VENV) -m mypy

# Without --upgrade the pins that still fit stay: make lock ARGS=--upgrade moves them all.
lock: $(DEV)
	$(VENV) -m uv pip compile --quiet --no-header --no-emit-index-url --no-emit-find-links $(ARGS) pyproject.toml -o requirements.txt
	$(VENV) -m uv pip compile --quiet --no-header --no-emit-index-url --no-emit-find-links $(ARGS) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt

schema: $(DEV)
	$(VENV) manage.py spectacular --validate --fail-on-warn --file docs/openapi.yaml

screenshots: $(DEV)
	$(VENV) .ci/screenshots.py

bench: $(DEV)
	$(VENV) -m bench $(ARGS)

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage test-results

$(RUNTIME): requirements.txt .ci/venv.py
	@$(PYTHON) .ci/venv.py requirements.txt $@

$(DEV): requirements-dev.txt .ci/venv.py
	@$(PYTHON) .ci/venv.py requirements-dev.txt $@
