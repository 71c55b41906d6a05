# labmoves: everything a fresh machine needs is Python 3.11 or newer and make.
#
#   make run     set up .venv, build the store from data/, show a timeline, serve it (PORT=8000)
#   make test    set up .venv, run the whole test suite
#   make check   lint, format, types and import contracts
#   make quality hold extraction against its floors (data/corpus/floors.toml)
#   make readme  write the present output of its examples into README.md
#   make lock    write the versions that the image is built from into deploy/requirements.lock
#   make clean   remove .venv and the store that `make run` built
#
# Set-up is done once: each stamp below is renewed only when pyproject.toml changes.

PYTHON ?= $(firstword $(foreach name,python3 python3.13 python3.12 python3.11 python,$(if $(shell $(name) -c "import sys; print(sys.version_info >= (3, 11) or '')" 2>/dev/null | grep True),$(name))))
HOST   ?= 127.0.0.1
PORT   ?= 8000
STORE  ?= labmoves-store
LAB    ?= anthropic

VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test check quality readme lock clean port-is-free

help:
	@sed -n 's/^#   //p' Makefile

run: port-is-free $(VENV)/.installed
	@echo "-- curated moves of data/moves.csv"
	@$(BIN)/labmoves import data/moves.csv --store "$(STORE)"
	@echo "-- sample articles of data/articles"
	@$(BIN)/labmoves ingest data/articles --store "$(STORE)"
	@echo "-- who came to and left $(LAB)"
	@$(BIN)/labmoves timeline --organization "$(LAB)" --store "$(STORE)"
	@$(BIN)/labmoves serve --host "$(HOST)" --port "$(PORT)" --store "$(STORE)"

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest

check: $(VENV)/.installed-check
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

quality: $(VENV)/.installed
	$(BIN)/labmoves evaluate data/corpus --floors data/corpus/floors.toml

readme: $(VENV)/.installed-test
	$(BIN)/python tests/readme_examples.py

lock: $(BIN)/python
	$(BIN)/python deploy/lock.py

clean:
	rm -rf "$(VENV)" labmoves-store dist

port-is-free: $(BIN)/python
	@$(BIN)/python -c "import socket, sys; s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('$(HOST)', int('$(PORT)')))" 2>/dev/null \
	  || { echo "make: port $(PORT) on $(HOST) is taken (or no port); choose another: make run PORT=8001" >&2; exit 1; }

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
	  echo "make: no Python 3.11 or newer found ($$(python3 --version 2>&1 || echo 'no python3')); install one," >&2; \
	  echo "      or name it: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; fi
	@"$(PYTHON)" -c "import sys; sys.exit(sys.version_info < (3, 11))" 2>/dev/null || { \
	  echo "make: $(PYTHON) is $$("$(PYTHON)" --version 2>&1 || true); labmoves needs Python 3.11 or newer" >&2; exit 1; }
	@echo "-- making $(VENV) with $$("$(PYTHON)" --version)"
	@"$(PYTHON)" -m venv "$(VENV)" || { rm -rf "$(VENV)"; \
	  echo "make: $(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	@echo "-- installing labmoves into $(VENV) (some minutes the first time)"
	@$(PIP) install --editable ".[server]"
	@touch $@

$(VENV)/.installed-%: pyproject.toml | $(BIN)/python
	@echo "-- installing labmoves with its '$*' extra into $(VENV) (some minutes the first time)"
	@$(PIP) install --editable ".[$*]"
	@touch $@ $(VENV)/.installed
