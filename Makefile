# Every target creates what it needs. `make` alone lists them.
.DEFAULT_GOAL := help
.SHELLFLAGS := -eu -c
.DELETE_ON_ERROR:

VENV := .venv
PY := $(VENV)/bin/python
COMPAT := tests/compat
NODE_MODULES := $(COMPAT)/node_modules/.package-lock.json
JARS := $(COMPAT)/oracle/lib/.complete
DASHBOARD := dashboard_static/parse-dashboard-9.2.0
WORKERS ?= 2
ARGS ?=

# Node trusts only its own certificates; behind a proxy with one of its own, npm needs the system's.
SYSTEM_CERTIFICATES := $(wildcard /etc/ssl/certs/ca-certificates.crt)
ifneq ($(SYSTEM_CERTIFICATES),)
export NODE_EXTRA_CA_CERTS ?= $(SYSTEM_CERTIFICATES)
endif

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.server: setup.cfg pyproject.toml
	test -x $(PY) || "$$(tools/needs python)" -m venv $(VENV)
	$(PY) -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

$(VENV)/.tests: setup.cfg pyproject.toml | $(VENV)/.server
	$(PY) -m pip install --quiet --disable-pip-version-check --editable '.[test]'
	touch $@ $(VENV)/.server

$(NODE_MODULES): $(COMPAT)/package-lock.json
	npm ci --prefix $(COMPAT) --no-audit --no-fund --loglevel=error
	touch $@

$(JARS): $(COMPAT)/oracle/pom.xml
	mvn --quiet --batch-mode --file $(COMPAT)/oracle dependency:copy-dependencies
	touch $@

.PHONY: install
install: $(VENV)/.tests ## make .venv with parsepy and the tools of its tests

.PHONY: deps
deps: ## install Node, Java, Maven, PostgreSQL, Redis and Chromium (as root), or tell the command that does
	@tools/needs tests

$(DASHBOARD): | $(VENV)/.server
	$(VENV)/bin/parsepy dashboard install --to $(@D)

.PHONY: dashboard
dashboard: $(VENV)/.server ## get the Parse Dashboard from npm, once
	@$(MAKE) --no-print-directory $(DASHBOARD)

.PHONY: serve
serve: $(VENV)/.server ## start a server at once; options: make serve ARGS="--port 8080"
	@test -d $(DASHBOARD) || $(VENV)/bin/parsepy dashboard install --to $(dir $(DASHBOARD)) || true
	@$(VENV)/bin/parsepy serve $(ARGS)

.PHONY: test
test: deps install ## run everything, beside the real Parse Server too
	@$(MAKE) --no-print-directory $(NODE_MODULES) $(JARS) $(DASHBOARD)
	@$(MAKE) --no-print-directory lint
	$(PY) -m pytest -n $(WORKERS) --dist worksteal $(ARGS)

.PHONY: test-quick
test-quick: lint ## run what needs no other server and little time
	$(PY) -m pytest -n $(WORKERS) -m 'not oracle and not slow' $(ARGS)

.PHONY: lint
lint: install ## check style, types and layers
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

.PHONY: compat
compat: deps install ## compare with the real Parse Server only
	@$(MAKE) --no-print-directory $(NODE_MODULES) $(JARS)
	$(PY) -m pytest -n $(WORKERS) tests/compat $(ARGS)

.PHONY: bench
bench: install ## measure beside the real Parse Server (takes a while)
	@tools/needs bench
	@$(MAKE) --no-print-directory $(NODE_MODULES)
	$(PY) -m bench $(ARGS)

.PHONY: bench-live
bench-live: install ## measure live queries beside the real Parse Server (takes a while)
	@tools/needs bench
	@$(MAKE) --no-print-directory $(NODE_MODULES)
	$(PY) -m bench.live $(ARGS)

.PHONY: bench-dashboard
bench-dashboard: install ## measure the dashboard's requests on a million rows (takes a while)
	$(PY) -m bench.dashboard $(ARGS)

.PHONY: docs
docs: install ## write docs/settings.md anew
	$(VENV)/bin/parsepy settings > docs/settings.md

.PHONY: clean
clean: ## remove everything that make has made
	rm -rf dashboard_static/parse-dashboard-*
	rm -rf $(VENV) build dist *.egg-info $(COMPAT)/node_modules $(COMPAT)/oracle/lib
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
