# Everything a person or a machine does with this checkout. The second call of anything does no
# work twice: each step leaves a stamp under .build/ and depends on what it reads.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := .build

CLIENT_SOURCES := $(shell find client/src client/styles client/icons client/build.mjs server/export/*.css -type f 2>/dev/null)
PYTHON_FOLDERS := server storage tests bench

.PHONY: help run setup setup-test check format test test-python test-slow bench bench-crowds bench-cluster bench-markdown bench-page soak crash storm converge fuzz powerloss rehearsal screenshots clean

help: ## Say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

run: setup ## Set up, make the sample day, print its links, serve at http://127.0.0.1:8000
	@$(BIN)/calepin demo
	@$(BIN)/calepin serve

setup: $(STAMPS)/runtime $(STAMPS)/client ## Set up what serving needs: Python environment and client

check: $(STAMPS)/dev $(STAMPS)/client-packages ## Format, lint, types, import rules
	$(BIN)/ruff format --check $(PYTHON_FOLDERS)
	$(BIN)/ruff check $(PYTHON_FOLDERS)
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	cd client && npm run --silent check

format: $(STAMPS)/dev $(STAMPS)/client-packages ## Format all sources
	$(BIN)/ruff format $(PYTHON_FOLDERS)
	$(BIN)/ruff check --fix --exit-zero --quiet $(PYTHON_FOLDERS)
	cd client && npm run --silent format

setup-test: $(STAMPS)/dev $(STAMPS)/client $(STAMPS)/peers $(STAMPS)/chromium $(STAMPS)/servers ## Set up what the tests need

test: setup-test check test-python ## Set up for testing, then every check and every test

# What failed beside others on a busy machine is tried once more, alone. That it then passes is
# said and is a fault still: of the test or, more than once so far, of what it tests.
test-python: setup-test
	$(BIN)/pytest -q -n 3 --dist loadfile --no-loadscope-reorder || { \
	  [ $$? -eq 1 ] && $(BIN)/pytest -q --last-failed --last-failed-no-failures none -x -rp && \
	  echo "What is named above passed only at the second try, alone."; }

test-slow: setup-test ## The tests that wait for long
	$(BIN)/pytest -q -m slow

bench: $(STAMPS)/dev $(STAMPS)/bench-peers ## The benchmarks, side by side with the peers
	$(BIN)/python -m bench

bench-crowds: $(STAMPS)/dev ## What thousands of connections, arrivals at once and hours of typing cost
	$(BIN)/python -m bench.crowds

bench-cluster: $(STAMPS)/dev $(STAMPS)/bench-peers ## What several processes on the same notes cost; beside a peer
	$(BIN)/python -m bench.cluster

bench-markdown: $(STAMPS)/dev $(STAMPS)/peers $(STAMPS)/markdown-writers ## Small notes as Markdown, by ours, mdformat and pandoc, into docs/markdown.md
	PYTHONPATH=$(STAMPS)/markdown-writers $(BIN)/python -m bench.markdown

bench-page: setup-test ## How soon a note opens on a phone, and how a busy one feels in the browser
	$(BIN)/python -m bench.page
	$(BIN)/python -m bench.busy_page

soak: setup-test ## A thousand times of opening a note, writing in it and closing it
	$(BIN)/python -m tests.soak

crash: setup-test ## A thousand kills at random instants, while people type and notes are locked
	$(BIN)/python -m tests.crash

storm: setup-test ## Faults drawn over three servers, Redis and PostgreSQL: make storm SECONDS=60 SEEDS=10 FIRST=1
	CALEPIN_TEST_STILL_SECONDS=30 CALEPIN_TEST_AWAY_SECONDS=5 $(BIN)/pytest -q tests/cluster
	$(BIN)/python -m tests.cluster --seconds $(or $(SECONDS),60) --seeds $(or $(SEEDS),10) --first $(or $(FIRST),1) --servers $(or $(SERVERS),3)

powerloss: setup-test ## A thousand losses of power at random instants of the store's work
	$(BIN)/python -m tests.power

converge: setup-test ## A thousand drawn fates of a note: make converge SEEDS=1000 FIRST=1 SERVERS=2
	$(BIN)/python -m tests.convergence --seeds $(or $(SEEDS),1000) --first $(or $(FIRST),1) --servers $(or $(SERVERS),1)

fuzz: SEED := $(or $(SEED),$(shell date +%s))
fuzz: setup-test ## Notes drawn over all that people type, read again by three readers: make fuzz CASES=10000 SEED=1
	@echo "seed $(SEED)"
	CALEPIN_FUZZ_CASES=$(or $(CASES),10000) $(BIN)/pytest -q --hypothesis-seed=$(SEED) tests/export/test_fuzz.py

rehearsal: setup-test ## A whole day with crashes and locks: make rehearsal DAY=folder
	$(BIN)/python -m tests.rehearsal $(DAY)

screenshots: setup-test ## The pictures of the documentation, into docs/images
	$(BIN)/python -m tests.screenshots docs/images

# Steps

$(STAMPS):
	@mkdir -p $@

$(VENV)/pyvenv.cfg:
	@command -v $(PYTHON) >/dev/null || { echo "Calepin needs Python 3.11 or later: install it, or name it with PYTHON=…" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Calepin needs Python 3.11 or later; this is $$($(PYTHON) --version)." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(STAMPS)/runtime: $(VENV)/pyvenv.cfg requirements.lock pyproject.toml | $(STAMPS)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/runtime requirements-dev.lock | $(STAMPS)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

.PHONY: node
node:
	@command -v node >/dev/null && node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' || { echo "Calepin's client is built with Node 20 or later: install nodejs and npm (https://nodejs.org)." >&2; exit 1; }

$(STAMPS)/client-packages: client/package.json client/package-lock.json | $(STAMPS) node
	cd client && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/client: $(STAMPS)/client-packages $(CLIENT_SOURCES) | $(STAMPS)
	cd client && node build.mjs
	@touch $@

$(STAMPS)/peers: tests/peers/package.json tests/peers/package-lock.json | $(STAMPS) node
	cd tests/peers && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STAMPS)/bench-peers: bench/peers/package.json bench/peers/package-lock.json | $(STAMPS) node
	cd bench/peers && npm ci --no-audit --no-fund --loglevel=error --ignore-scripts
	@touch $@

# Beside the environment, where nothing else can come to need them.
$(STAMPS)/markdown-writers: bench/markdown/requirements.lock | $(STAMPS)/dev
	@rm -rf $@
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps --target $@ -r bench/markdown/requirements.lock
	@touch $@

# Packages of the system, from apt where it is there and lets us. `RUNLEVEL=1` keeps what is installed
# from starting as a service: the tests start servers of their own.
APT := $(if $(shell command -v apt-get),$(if $(filter 0,$(shell id -u)),env,$(shell sudo -n true 2>/dev/null && echo sudo)))
INSTALL = $(APT) apt-get update -qq && $(APT) DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq

$(STAMPS)/chromium: | $(STAMPS)
	@command -v chromium-headless-shell >/dev/null || { \
	  if [ -n "$(APT)" ] && $(INSTALL) chromium-headless-shell >/dev/null; then :; \
	  elif command -v chromium >/dev/null; then :; \
	  elif [ -n "$(APT)" ]; then $(INSTALL) chromium >/dev/null; \
	  else echo "The browser tests need Chromium: install the package chromium (Debian: sudo apt-get install chromium)." >&2; exit 1; fi; }
	@touch $@

# What only some tests need: without it they are skipped, and all others run.
$(STAMPS)/servers: | $(STAMPS)
	@missing=(); export PATH="$$PATH:/usr/sbin:$$(echo /usr/lib/postgresql/*/bin | tr ' ' ':')"; \
	  command -v redis-server >/dev/null || missing+=(redis-server); \
	  command -v initdb >/dev/null || missing+=(postgresql); \
	  command -v haproxy >/dev/null || missing+=(haproxy); \
	  command -v soffice >/dev/null || missing+=(libreoffice-writer-nogui); \
	  if [ $${#missing[@]} = 0 ]; then touch $@; \
	  elif [ -n "$(APT)" ] && $(INSTALL) --no-install-recommends "$${missing[@]}" >/dev/null; then touch $@; \
	  else echo "Not installed: $${missing[*]}. Tests of several processes, of PostgreSQL, of HAProxy or of LibreOffice are skipped; install these packages to run them." >&2; fi

clean: ## Forget what was set up and built; the data folder stays
	rm -rf $(STAMPS) $(VENV) client/node_modules tests/peers/node_modules bench/peers/node_modules server/static
