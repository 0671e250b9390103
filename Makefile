# Everything a person does with this project, a line each. `make` alone lists it.
# The two that matter: `make run` and `make test`.

HOST ?= 127.0.0.1
PORT ?= 8000
BACKBONE ?=

VENV := .venv
PY := $(VENV)/bin/python
MODEL := web/public/model/manifest.json
PAGE := web/dist/index.html
# .venv has a Node where the machine has none that will do, and then it comes first.
WITH_NODE := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
# Most tests wait for servers most of the time. Those with a browser run one by one: a browser takes both of two cores.
TWO_AT_ONCE := -n 2 --dist worksteal
PAGE_SOURCES := $(shell find web/src web/public web/scripts contract docs/lessons docs/sketches web/index.html web/player.html web/vite.config.js -type f 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help setup run classroom wheel bundle toolchain demo-photos test test-python test-web test-browser lint format bench load accuracy screens lock clean

help: ## Print this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-13s %s\n", $$1, $$2}'

run: setup ## Set up what is missing, then serve the page (HOST=0.0.0.0 PORT=8000 to change where)
	@exec $(PY) -m server --host $(HOST) --port $(PORT)

classroom: setup ## Serve everyone on this network by https, and print address and QR code (PORT=8000 to change)
	@exec $(PY) -m server --host 0.0.0.0 --port $(PORT) --https

setup: $(VENV)/.serve $(MODEL) $(PAGE) ## Install, convert the model and build the page, without serving

wheel: setup $(VENV)/.wheel ## One file in dist/ for pip install, with the server, the page and its model
	@rm -f dist/*.whl
	@$(VENV)/wheel/bin/hatchling build -t wheel -d dist

bundle: wheel ## One folder in dist/ for a USB stick, which installs without a network (650 MB: Windows, macOS, Linux)
	@$(VENV)/wheel/bin/python scripts/bundle.py dist/*.whl dist/show-and-tell-bundle

toolchain: setup $(VENV)/.toolchain ## What folders of photos need, for python -m toolchain

demo-photos: toolchain ## The whole way of a folder of photos, on photos that packages ship; writes demo-photos/report.html
	@$(PY) -m toolchain.demo

test: test-python test-web test-browser ## Set up what is missing, then run every test

test-python: setup $(VENV)/.toolchain $(VENV)/.test $(VENV)/.wheel ## The Python tests
	$(WITH_NODE) $(PY) -m pytest $(TWO_AT_ONCE) tests --ignore tests/browser

test-web: setup ## The JavaScript tests
	cd web && $(WITH_NODE) npm test --silent

test-browser: setup $(VENV)/.toolchain $(VENV)/.test $(VENV)/.peers ## The story in a real browser, with a fake camera
	@export CHROME="$$(scripts/browser.sh)"; if [ -n "$$CHROME" ]; then $(WITH_NODE) $(PY) -m pytest tests/browser --durations=25; \
	  else scripts/browser.sh --missing; fi

screens: setup $(VENV)/.toolchain $(VENV)/.test ## Pictures of every state of the page, and what is wrong in them; writes screens/ (OPTIONS=--quick)
	@export CHROME="$$(scripts/browser.sh)"; if [ -n "$$CHROME" ]; then $(WITH_NODE) $(PY) -m tests.screens $(OPTIONS); \
	  else scripts/browser.sh --missing; fi

lint: $(VENV)/.serve $(VENV)/.convert $(VENV)/.toolchain $(VENV)/.test web/node_modules/.package-lock.json ## Linters and type checks
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(PY) scripts/check_rooms.py
	cd web && $(WITH_NODE) npm run --silent lint && $(WITH_NODE) npm run --silent types

format: $(VENV)/.test web/node_modules/.package-lock.json ## Put the code into its one shape
	$(VENV)/bin/ruff check --fix . ; $(VENV)/bin/ruff format .
	cd web && $(WITH_NODE) npm run --silent format

bench: setup $(VENV)/.toolchain $(VENV)/.test ## Measure against the peers and the floor; prints a table, writes bench/results.json
	$(WITH_NODE) $(PY) -m bench

load: setup $(VENV)/.test ## A classroom's load and kills of the server, on this machine; writes bench/load.json (OPTIONS=--quick)
	$(PY) -m bench.load $(OPTIONS)

accuracy: $(MODEL) $(VENV)/.test web/node_modules/.package-lock.json ## How often it is right on photos: PHOTOS="folder ...", each of class folders (OPTIONS=--quick)
	@$(WITH_NODE) $(PY) -m bench.accuracy $(PHOTOS) $(OPTIONS)

lock: $(VENV)/.made ## Pin the newest versions that requirements/*.in allow
	scripts/lock.sh $(VENV)

clean: ## Remove everything that make made
	rm -rf $(VENV) web/node_modules web/dist web/public/model dist

# ---- what the targets above are made of; a file that is up to date is not made again

$(VENV)/.made:
	@scripts/venv.sh $(VENV)
	@touch $@

$(VENV)/.serve: requirements/serve.txt | $(VENV)/.made
	@echo "Installing the server's packages ..."
	@scripts/install.sh $(VENV) serve
	@touch $@

$(VENV)/.convert: requirements/convert.txt | $(VENV)/.serve
	@echo "Installing TensorFlow and tensorflowjs, to convert the model (3 GB on disk; takes some minutes) ..."
	@scripts/install.sh $(VENV) convert
	@touch $@

$(VENV)/.toolchain: requirements/toolchain.txt | $(VENV)/.serve
	@echo "Installing what folders of photos need ..."
	@scripts/install.sh $(VENV) toolchain
	@touch $@

$(VENV)/.test: requirements/test.txt requirements/scale.txt | $(VENV)/.serve
	@echo "Installing what the tests need ..."
	@scripts/install.sh $(VENV) scale
	@scripts/install.sh $(VENV) test
	@touch $@

$(VENV)/.wheel: requirements/wheel.txt | $(VENV)/.made
	@echo "Installing what builds the wheel ..."
	@$(PY) -m venv $(VENV)/wheel
	@scripts/install.sh $(VENV)/wheel wheel
	@touch $@

$(VENV)/.peers: scripts/peers.py | $(VENV)/.node
	@echo "Fetching ml5, Marcelle and p5, to open in them what the page writes ..."
	@$(WITH_NODE) $(PY) scripts/peers.py $(VENV)/peers
	@touch $@

$(VENV)/.node: requirements/node.txt | $(VENV)/.made
	@scripts/node.sh $(VENV)
	@touch $@

web/node_modules/.package-lock.json: web/package-lock.json web/package.json | $(VENV)/.node
	@echo "Installing the page's packages ..."
	@cd web && $(WITH_NODE) npm ci --no-audit --no-fund --loglevel=error
	@touch $@

# TensorFlow is installed only where a model must be made: one that was copied here will do.
$(MODEL): | $(VENV)/.serve web/node_modules/.package-lock.json
	@scripts/platform.sh
	@$(MAKE) --no-print-directory $(VENV)/.convert
	@$(PY) -m convert $(if $(BACKBONE),--backbone $(BACKBONE))

# Asked for by name, it is looked at again.
ifneq ($(BACKBONE),)
.PHONY: $(MODEL)
endif

$(PAGE): $(MODEL) web/node_modules/.package-lock.json $(PAGE_SOURCES)
	@echo "Building the page ..."
	@cd web && $(WITH_NODE) npm run --silent build
	@touch $@
