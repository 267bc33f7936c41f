# Everything a developer or a visitor runs. `make help` lists it; tools/setup.py does the set-up, once.
SHELL := /bin/sh
PYTHON := $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then command -v $$p; break; fi; done)
BIN := .venv/bin
ONLY ?=
CHECK ?=
PORT ?= 8000
DATA ?=
WORKERS ?= 2
export NODE_USE_SYSTEM_CA := 1

.DEFAULT_GOAL := help
.PHONY: help python setup demo test check fix serve bench reference messages lock evidence docs pictures

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

python:
	@test -n "$(PYTHON)" || { echo "Almenara needs Python 3.11 or newer, and none was found on the PATH."; \
	echo "Install it (Debian 12 or newer, Ubuntu 24.04 or newer: apt install python3 python3-venv) and run make again."; exit 1; }

setup: python ## environment, libraries, catalogues, browser
	@$(PYTHON) tools/setup.py test

demo: python ## a simulated country, from survey to map, on http://localhost:8000 (CHECK=1: visit it and stop)
	@$(PYTHON) tools/setup.py demo
	@$(BIN)/python -m tools.demo --port $(PORT) $(if $(CHECK),--check)

test: setup ## the checks and the whole test suite
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup --no-loadscope-reorder $(ONLY)

check: setup ## style, types, import contracts, templates, migrations, messages, locks
	@$(BIN)/python -m tools.check $(ONLY)

fix: setup ## what can be mended by itself: imports, format, templates
	@$(BIN)/ruff check --fix --quiet src tests tools
	@$(BIN)/ruff format --quiet src tests tools
	@$(BIN)/djlint src --reformat --quiet

serve: setup ## the site on its own database
	@$(BIN)/almenara migrate
	@$(BIN)/almenara serve --port $(PORT)

bench: setup ## BENCH lines: name value unit limit ok|short (ONLY=name for one)
	@$(BIN)/python -m tools.bench $(ONLY)

reference: setup ## rerun the R scripts that tests are held against, with R installed by apt (DATA=folder of real data)
	@$(if $(DATA),DATA="$(DATA)") $(BIN)/python -m tools.reference $(ONLY)

messages: setup ## collect the sentences of the interface into the catalogues
	@$(BIN)/python -m tools.messages update

lock: setup ## pin and hash every requirement
	@$(BIN)/python -m tools.lock

evidence: setup ## long measurements, kept in docs/explanation/evidence.md; can be stopped and run again
	@$(BIN)/python -m tools.bench --evidence $(ONLY)

docs: setup ## regenerate the reference pages that are made from the code
	@$(BIN)/python -m tools.docs

pictures: setup ## pictures of the main pages, in light, in dark and at 360 px, into docs/images
	@$(BIN)/python -m tools.pictures
