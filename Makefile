# make help      what there is
# Everything this file writes stays in .venv/, node_modules/ and var/: all three may be deleted at any time.

PYTHON ?= python3
PORT ?= 8000
# Not ?=: some shells export HOST with another meaning. Change it on the command line, and say under which names
# the site may be called: ALLOWED_HOSTS=192.0.2.7 make demo HOST=0.0.0.0
HOST = 127.0.0.1

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
# A stamp lies in the folder that it speaks for, and goes with it.
PY := .venv/.installed
PY_DEV := .venv/.installed-dev
NODE := node_modules/.installed
NODE_DEV := node_modules/.installed-dev
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
STAMPS := var/.stamps
MANAGE := $(BIN)/python manage.py
UVICORN := $(BIN)/uvicorn config.asgi:application --ws-max-size 65536 --timeout-graceful-shutdown 10 --lifespan off --no-proxy-headers

CATALOGUES := $(wildcard config/locale/*/LC_MESSAGES/django.po)
MIGRATIONS := $(wildcard */migrations/*.py */data/*)
STATIC := $(shell find config/static network/static casebook/static matching/static search/static -type f 2>/dev/null)

# The tests say themselves which services they talk to; what the caller's shell has must not decide for them.
ALONE := env -u DATABASE_URL -u REDIS_URL -u MEILISEARCH_URL -u MEILISEARCH_SEARCH_KEY -u MEILISEARCH_ADMIN_KEY \
	-u ALLOWED_HOSTS -u CSRF_TRUSTED_ORIGINS -u SECURE -u DEBUG -u SECRET_KEY -u VAR_DIR
# A worker per core; a file stays with one worker, and with it the servers its fixtures start.
# The files that take minutes come first (tests/conftest.py), and stay there.
SPREAD := --numprocesses auto --dist loadfile --no-loadscope-reorder
PYTEST := $(ALONE) $(BIN)/python -m pytest $(SPREAD)

heading = @printf '\n=== %s ===\n' '$(1)'

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 16
	@echo 'Variables: PYTHON=$(PYTHON) HOST=$(HOST) PORT=$(PORT); settings come from the environment (README).'

# --- Running it -------------------------------------------------------------------------------

.PHONY: demo demo-data setup
demo: demo-data ## set up what is missing, fill in the demo network, serve it on http://HOST:PORT/
	@echo 'http://$(HOST):$(PORT)/  (Ctrl-C stops it)'
	@exec $(UVICORN) --host $(HOST) --port $(PORT)

demo-data: setup ## the same without serving
	@$(MANAGE) demo --url http://$(HOST):$(PORT)/

setup: $(NODE) $(PY) $(STAMPS)/translations $(STAMPS)/migrated $(STAMPS)/collected ## packages, browser files, translations, database

.PHONY: always
always:

$(STAMPS):
	@mkdir -p $@

.venv/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed, for example: make PYTHON=python3.12 …' >&2; exit 1; }
	@echo 'Python environment (.venv)'
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
		echo 'python3 -m venv failed. On Debian and Ubuntu: apt-get install python3-venv' >&2; exit 1; }

$(PY): requirements.lock .venv/pyvenv.cfg
	@echo 'Python packages ($<)'
	@$(PIP) install --require-hashes -r $<
	@touch $@

# The development lock contains every pin of the other one.
$(PY_DEV): requirements-dev.lock requirements.lock .venv/pyvenv.cfg
	@echo 'Python packages ($<)'
	@$(PIP) install --require-hashes -r $<
	@touch $(PY) $@

define need_node
	@command -v node >/dev/null && command -v npm >/dev/null || { \
		echo 'Node.js with npm is needed once, to fetch the browser files. On Debian and Ubuntu: apt-get install nodejs npm' >&2; \
		exit 1; }
endef

# A copy that has the packages of the tests keeps them.
$(NODE): package-lock.json package.json .npmrc
	$(need_node)
	@echo 'npm packages'
	@npm ci --no-audit --no-fund --no-update-notifier --loglevel=error $(if $(wildcard $(NODE_DEV)),,--omit=dev) >/dev/null
	@touch $@ $(wildcard $(NODE_DEV))

$(NODE_DEV): package-lock.json package.json .npmrc
	$(need_node)
	@echo 'npm packages, with those of the tests'
	@npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null
	@touch $(NODE) $@

# Of all npm files, those that the script in package.json names and no others are served, as static('vendor/…').
$(STAMPS)/vendor: $(NODE) package.json $(if $(wildcard var/vendor/vendor),,always) | $(STAMPS)
	@npm run --silent vendor
	@touch $@

# Babel comes alone, with its version and hashes from the development lock: running the site does not need the rest.
$(STAMPS)/translations: $(CATALOGUES) $(PY) | $(STAMPS)
ifneq ($(CATALOGUES),)
	@echo 'Translations'
	@[ -x $(BIN)/pybabel ] || $(PIP) install --require-hashes \
		-r <(sed -n '/^babel==/,/^ *#/p' requirements-dev.lock)
	@$(BIN)/pybabel --quiet compile -D django -d config/locale
endif
	@touch $@

# A database named by the environment is looked at every time; our own file only when it or the migrations are new.
$(STAMPS)/migrated: $(PY) $(MIGRATIONS) $(if $(DATABASE_URL)$(VAR_DIR),always) $(if $(wildcard var/db.sqlite3),,always) | $(STAMPS)
	@echo 'Database'
	@$(MANAGE) migrate --verbosity 0
	@touch $@

$(STAMPS)/collected: $(PY) $(STAMPS)/vendor $(STATIC) config/settings.py $(if $(wildcard var/static),,always)
	@echo 'Static files'
	@$(MANAGE) collectstatic --noinput --verbosity 0
	@touch $@

.PHONY: translations
translations: $(STAMPS)/translations ## compile config/locale

# --- Proving it ---------------------------------------------------------------------------------

.PHONY: test system dev style types layers migrations deploy-check tests-sqlite tests-postgres bench
test: system dev style types layers migrations deploy-check tests-sqlite tests-postgres ## everything; CI=true makes a missing server a failure

# What the tests need from the system, and how to see that it is there.
define SYSTEM_PACKAGES
command -v node && command -v npm        | nodejs npm
$(PYTHON) -c "import ensurepip, venv"    | python3-venv
command -v git                           | git
command -v redis-server                  | redis-server
compgen -G "/usr/lib/postgresql/*/bin/initdb" || test -x "$$(pg_config --bindir)/initdb" | postgresql
command -v chromium                      | chromium
compgen -G "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"  | fonts-noto-cjk
endef
export SYSTEM_PACKAGES

system: ## the servers, browser and fonts that the tests use: installed when root, otherwise named
	$(call heading,System packages)
	@missing=$$(while IFS= read -r line; do \
			eval "$${line%|*}" >/dev/null 2>&1 || echo "$${line##*|}"; \
		done <<<"$$SYSTEM_PACKAGES" | xargs); \
	if [ -z "$$missing" ]; then echo 'all there'; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing: $$missing"; \
		export DEBIAN_FRONTEND=noninteractive; \
		apt-get -qq update && apt-get -qq install -y --no-install-recommends $$missing >/dev/null; \
	elif [ "$${CI:-}" = true ]; then echo "missing: $$missing" >&2; exit 1; \
	else echo "missing, their tests are left out: $$missing (as root: apt-get install $$missing)"; fi

dev: ## setup plus the tools and packages of the tests
	$(call heading,Packages)
	@$(MAKE) --silent $(PY_DEV) $(NODE_DEV)
	@$(ALONE) $(MAKE) --silent setup

style: dev
	$(call heading,Style)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .

types: dev
	$(call heading,Types)
	@$(ALONE) $(BIN)/mypy

layers: dev
	$(call heading,Layers)
	@$(BIN)/lint-imports --no-logo

migrations: dev
	$(call heading,Migrations)
	@$(ALONE) $(MANAGE) makemigrations --check --dry-run

# As it runs behind a TLS proxy: Django's own list of what a public site must have set.
deploy-check: dev
	$(call heading,Production settings)
	@$(ALONE) SECURE=true ALLOWED_HOSTS=musubime.example CSRF_TRUSTED_ORIGINS=https://musubime.example \
		SECRET_KEY="$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
		$(MANAGE) check --deploy --fail-level WARNING

tests-sqlite: dev ## pytest on SQLite, with browser, Redis and Meilisearch
	$(call heading,Tests on SQLite)
	@$(PYTEST)

# Exit status 69 of tests.servers: no PostgreSQL here.
tests-postgres: dev ## pytest on a throw-away PostgreSQL server
	$(call heading,Tests on PostgreSQL)
	@status=0; $(ALONE) $(BIN)/python -m tests.servers postgres -- $(BIN)/python -m pytest $(SPREAD) \
		-m 'not browser and not once' \
		--ignore=tests/tooling --ignore=tests/matching/core || status=$$?; \
	if [ $$status = 69 ] && [ "$${CI:-}" != true ]; then echo 'left out: no PostgreSQL on this machine'; \
	else exit $$status; fi

bench: dev ## the measurements in tests/benchmarks, one after the other
	@for script in $(wildcard tests/benchmarks/*.py); do \
		case $$script in */_*) continue;; esac; \
		printf '\n=== %s ===\n' "$$script"; \
		module=$${script%.py}; $(BIN)/python -m "$${module//\//.}"; \
	done

# --- Changing it --------------------------------------------------------------------------------

.PHONY: format messages lock clean
format: $(PY_DEV) ## lay out the code and mend what can be mended
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

# A guess that gettext marks "fuzzy" counts as missing until somebody has read it; tests/test_translations.py names it.
messages: $(PY_DEV) ## collect the texts for translation into config/locale; needs gettext
	@command -v msgmerge >/dev/null || { echo 'gettext is needed. On Debian and Ubuntu: apt-get install gettext' >&2; exit 1; }
	@$(MANAGE) makemessages --locale en --no-location --no-wrap --no-obsolete \
		--ignore .venv --ignore node_modules --ignore var --ignore tests
	@sed -i '/^"POT-Creation-Date:/d' config/locale/*/LC_MESSAGES/django.po

# LOCKFLAGS=--upgrade takes newer versions of everything; without it only what pyproject.toml asks for moves.
LOCKFLAGS ?=
COMPILE = var/lock/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --python-version 3.11 \
	--custom-compile-command 'make lock' $(LOCKFLAGS) pyproject.toml
lock: ## renew the lock files after a change of pyproject.toml or package.json
	$(need_node)
	@[ -x var/lock/bin/uv ] || { $(PYTHON) -m venv var/lock && var/lock/bin/python -m pip install --quiet uv; }
	@$(COMPILE) --output-file requirements.lock
	@$(COMPILE) --extra celery --constraint requirements.lock --output-file requirements-celery.lock
	@$(COMPILE) --extra dev --constraint requirements.lock --output-file requirements-dev.lock
	@npm install --package-lock-only --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >/dev/null

clean: ## forget packages, collected files and caches; database, key and uploads stay
	@rm -rf .venv node_modules var/.stamps var/vendor var/static var/lock \
		.mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
