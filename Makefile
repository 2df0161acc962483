# Each target works on a fresh clone: it sets up .venv first, if that is missing or older than what it is made from.
PYTHON ?= $(firstword $(shell command -v python3 python 2>/dev/null) python3)
BIN := .venv/bin
# One worker a core: what each calls need not take them all again.
PYTEST := OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest -n auto --dist loadfile

.PHONY: help setup demo test test-fast test-full lint format requirements clean

help:
	@echo "make demo       the whole chain on the built-in sample, in two minutes"
	@echo "make test       all tests, on every core"
	@echo "make test-fast  the tests without TensorFlow, containers, sockets and the long lists, in about a minute"
	@echo "make test-full  all tests, every evaluator's environment really built, and the benchmarks"
	@echo "make lint       ruff and mypy"
	@echo "make setup      only .venv, with the pinned packages and the command .venv/bin/kit"

setup:
	@$(PYTHON) tools/setup.py

demo: setup
	@$(BIN)/kit demo

test: setup
	@$(PYTEST)

test-fast: setup
	@$(PYTEST) -m "not slow and not full"

test-full: test
	@$(PYTEST) -m full
	@for benchmark in tests/benchmarks/bench_*.py; do $(BIN)/python $$benchmark || exit 1; done

lint: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy submission

format: setup
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Pins anew from pyproject.toml; needs uv.
requirements:
	@uv pip compile --quiet --universal --generate-hashes --extra dev --python-version 3.11 --custom-compile-command "make requirements" -o requirements.txt pyproject.toml

clean:
	@rm -rf .venv demo .mypy_cache .ruff_cache .pytest_cache .hypothesis
