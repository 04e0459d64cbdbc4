# make install | test | check | demo | bench | docs: each does the set-up it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: install test check demo bench docs clean

install: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[test]"
	touch $(STAMP)

test: install
	OMP_NUM_THREADS=1 $(BIN)/pytest -n 2 --dist loadfile -m "not slow and not gpu and not network" --cov --cov-report=
	$(BIN)/coverage report --include="*/core/*" --fail-under=90
	$(BIN)/coverage report --format=total

check: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/python tools/circles.py
	$(BIN)/python tools/typecheck.py
	$(BIN)/python tools/spelling.py
	$(BIN)/python docs/build.py

demo: install
	$(BIN)/artwright demo

bench: install
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[bench]"
	$(BIN)/python benchmarks/run.py $(if $(CORPORA),--corpora $(CORPORA))
	OMP_NUM_THREADS=1 $(BIN)/pytest -m slow

docs: install
	$(BIN)/python docs/build.py serve

clean:
	rm -rf build dist site *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
