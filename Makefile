# Two commands on a fresh machine: `make run` and `make test`.
.PHONY: setup run test lint fmt serve clean
.DEFAULT_GOAL := help
VENV := .venv
PY := $(VENV)/bin/python
STAMP := $(VENV)/.ready
NPM_STAMP := node_modules/.ready

help:
	@echo "make run     set up and serve on http://127.0.0.1:8000"
	@echo "make test    set up and run all checks"
	@echo "make setup   environment and browser libraries only"

setup: $(STAMP) $(NPM_STAMP)

$(STAMP): pyproject.toml constraints.txt
	sh scripts/setup.sh $(VENV)
	touch $@

$(NPM_STAMP): package.json package-lock.json $(STAMP)
	sh scripts/browser_libraries.sh $(VENV)
	touch $@

run: setup
	$(VENV)/bin/koban serve

test: setup
	sh scripts/check.sh $(VENV)

lint: setup
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports

clean:
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache
