# Everything a person does with the project. `make help` lists it.

SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin/python
MANAGE := $(RUN) manage.py
# What was installed last; newer sources of it mean: again.
PACKAGES := $(VENV)/.packages
FRONT_END := node_modules/.packages
STYLE := build/.style

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1
# Works without a home folder: npm keeps what it needs here.
export npm_config_cache := $(CURDIR)/$(VENV)/npm-cache
export npm_config_logs_max := 0
# Trusts whom the machine trusts, also behind a company's proxy.
export NODE_USE_SYSTEM_CA := 1

.PHONY: install run test check format bench conformance docs lock help

# Install everything into .venv and node_modules
install: $(PACKAGES) $(FRONT_END) $(STYLE)

# Start the site: make run [DATA=extract.osm.pbf] [ARGS="--port 8123"]
run: install
	@if [ -n "$(DATA)" ]; then $(MANAGE) import_osm "$(DATA)"; fi
	@exec $(MANAGE) up $(ARGS)

# Run the whole test suite: make test [ARGS="-k word"]
test: install
	@$(RUN) -m pytest -n 2 --dist loadscope $(ARGS)

# Check style, templates, types and migrations, of Python, JavaScript and CSS
check: install
	@$(VENV)/bin/ruff check
	@$(VENV)/bin/ruff format --check
	@$(VENV)/bin/djlint --lint --quiet templates
	@$(RUN) -m mypy
	@$(RUN) scripts/npm.py run --silent check
	@$(MANAGE) makemigrations --check --dry-run --settings tests.settings

# Put the code into its common form
format: install
	@$(VENV)/bin/ruff check --fix
	@$(VENV)/bin/ruff format
	@$(RUN) scripts/npm.py run --silent format

# Time the calls of the API: make bench ARGS="http://127.0.0.1:8000"
bench: install
	@$(RUN) -m bench $(ARGS)

# Play the cases of the API: make conformance URL=http://127.0.0.1:8000 [ARGS="--people people.toml"]
conformance: install
	@$(RUN) -m conformance $(URL) $(ARGS)

# Check that the documentation names every setting and command
docs: install
	@$(RUN) -m pytest -q tests/test_docs.py

# Resolve the versions of constraints.txt anew
lock: $(PACKAGES)
	@$(RUN) scripts/lock.py

# List these targets
help:
	@awk '/^# / { text = substr($$0, 3) } /^[a-z]+:/ { split($$1, name, ":"); \
	  if (text) printf "  make %-11s %s\n", name[1], text } !/^#/ { text = "" }' Makefile

$(RUN):
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	  || { echo "Python 3.11 or later is needed: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Making $(VENV) ..."
	@$(PYTHON) -m venv $(VENV) >$(VENV).log 2>&1 \
	  || { tail -n 3 $(VENV).log >&2; rm -rf $(VENV) $(VENV).log; \
	       echo "Cannot make $(VENV) with $(PYTHON) (on Debian: apt install python3-venv)" >&2; exit 1; }
	@rm -f $(VENV).log

$(PACKAGES): pyproject.toml constraints.txt | $(RUN)
	@echo "Installing the Python packages ..."
	@$(RUN) scripts/requirements.py test >$(VENV)/requirements.txt
	@$(RUN) -m pip install -q -c constraints.txt -r $(VENV)/requirements.txt \
	  || { echo "pip could not install the packages; see above" >&2; exit 1; }
	@touch $@

$(FRONT_END): package.json package-lock.json | $(PACKAGES)
	@echo "Installing the front-end packages ..."
	@$(RUN) scripts/npm.py ci --no-progress --loglevel=error \
	  || { echo "npm could not install the front-end packages; see above" >&2; exit 1; }
	@touch $@

$(STYLE): $(FRONT_END) $(wildcard style/*.js) static/js/palettes.js static/js/expressions.js
	@echo "Building the styles of the map ..."
	@$(RUN) scripts/npm.py run --silent style \
	  || { echo "The styles of the map could not be built; see above" >&2; exit 1; }
	@touch $@
