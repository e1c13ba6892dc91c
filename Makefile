# Two commands for everybody: `make lab` and `make test`. CONTRIBUTING.md lists the rest.
PYTHON ?= python3
VENV := .venv
SITE := .venv-site
BIN := $(VENV)/bin
RECIPE := js/package.json js/package-lock.json
BUNDLE := $(RECIPE) $(wildcard js/*.mjs js/src/* js/src/*/*) hatch_build.py
# The page's code has its own checks and tests; their Node and npm are the ones from PyPI.
NPM := PATH="$(abspath $(BIN)):$$PATH" $(BIN)/npm --prefix js --loglevel=error
CHECKS := js/node_modules/.checks
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: lab test unit notebooks lint browser prove bench calibration data site site-serve lock clean help

help:
	@sed -n 's/^| `make /make /p' CONTRIBUTING.md | sed 's/` |/ —/; s/ |$$//'

$(VENV)/.packages: requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "The kit needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.11 ..." % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	@touch $@

# The cells that may run unasked are listed at build time: a changed lesson needs another one.
SHIPPED := $(wildcard notebooks/*.ipynb) alliance_widgets/words/en.toml

$(VENV)/.kit: $(VENV)/.packages pyproject.toml $(BUNDLE) $(SHIPPED)
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# A build installs what the bundle is made from and with, and takes away what checks it.
$(CHECKS): $(RECIPE) | $(VENV)/.kit
	$(NPM) ci --ignore-scripts --no-audit --no-fund
	@touch $@

# Debian's Chromium where apt and root allow; any Chromium that is there; else Playwright's own.
$(VENV)/.browser: $(VENV)/.packages
	@if chromium --version >/dev/null 2>&1 || chromium-browser --version >/dev/null 2>&1; then :; \
	elif command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] && apt-get update -qq \
	  && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null; then :; \
	else $(BIN)/python -m playwright install chromium; fi
	@touch $@

# A folder of the student's: there lessons are brought up to date, and here nobody changes them.
FOLDER ?= workbook

lab: $(VENV)/.kit
	@$(BIN)/python -m alliance_widgets start $(FOLDER) $(ARGS)

# The site is built where the tests with a browser can look at it.
test: lint unit notebooks site browser

lint: $(VENV)/.kit $(CHECKS)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest tests/test_docstrings.py
	$(NPM) run --silent lint

# Two at a time: much of a browser test is waiting. Each has a JupyterLab and a home of its own.
TWO := --numprocesses 2 --dist loadfile

unit: $(VENV)/.kit $(CHECKS)
	$(NPM) test --silent
	$(BIN)/python -m pytest $(TWO) -m "not browser and not prove" --ignore=tests/test_docstrings.py  # lint ran it

notebooks: $(VENV)/.kit
	ALLIANCE_WORK="$$(mktemp -d)" $(BIN)/python -m pytest $(TWO) --nbval-lax --nbval-current-env --nbval-cell-timeout=60 notebooks

browser: $(VENV)/.kit $(VENV)/.browser
	$(BIN)/python -m pytest $(TWO) -m "browser and not prove"

# The tests by hypothesis draw the same examples in every `make test`, and here new ones.
prove: test bench
	EXAMPLES=new $(BIN)/python -m pytest $(TWO) -m "not browser and not prove"
	$(BIN)/python -m pytest -m prove

bench: $(VENV)/.kit $(VENV)/.browser
	@$(BIN)/python benchmarks $(ARGS)

calibration: $(VENV)/.kit
	$(BIN)/python docs/calibrate.py

data: $(VENV)/.kit
	$(BIN)/python data/rebuild.py

# The lessons as a folder of pages: its tools have an environment of their own, and it needs no kit.
$(SITE)/.packages: lite/requirements.lock
	$(PYTHON) -m venv $(SITE)
	$(SITE)/bin/python -m pip install --quiet --require-hashes --requirement $<
	@touch $@

site: $(SITE)/.packages
	@$(SITE)/bin/python lite/build.py

# Builds only where there is none yet, so that it also opens what came on a stick.
site-serve: $(SITE)/.packages
	@[ -f build/site/index.html ] || $(SITE)/bin/python lite/build.py
	@$(SITE)/bin/python lite/serve.py $(ARGS)

COMPILE := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header
COMPILE_ONLY := uv pip compile --quiet --no-deps --generate-hashes --no-emit-index-url --no-header --no-annotate
lock:
	$(COMPILE) pyproject.toml --extra lab --extra test --extra export --extra files --group build --output-file requirements.lock
	$(COMPILE) pyproject.toml --constraint requirements.lock --output-file binder/requirements.txt
	$(COMPILE) --group pyproject.toml:build --constraint requirements.lock --output-file binder/build.txt
	$(COMPILE) lite/requirements.in --output-file lite/requirements.lock
	$(COMPILE_ONLY) --universal --python-version 3.14 lite/browser.in --output-file lite/browser.lock
	$(COMPILE_ONLY) --python-version 3.14 --python-platform x86_64-manylinux_2_28 lite/stripped.in --output-file lite/stripped.lock
	$(COMPILE_ONLY) --python-version 3.12 lite/carrier.in --output-file lite/carrier.lock

clean:
	rm -rf $(VENV) $(SITE) js/node_modules alliance_widgets/static build dist
