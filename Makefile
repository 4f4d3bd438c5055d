# Two commands on a fresh machine: `make run` and `make test`. They need python3 (with venv) and make.
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: run help test check lock clean

run: $(READY)
	$(BIN)/quipu serve --host $(HOST) --port $(PORT) $(ARGS)

# What is asked for most. What needs Node, and what is measured: CONTRIBUTING.md.
help:
	@echo "make run         serve the API at http://$(HOST):$(PORT) (PORT=8123, ARGS=\"--workers 2\")"
	@echo "make test        all tests (AT_ONCE=0: one after the other)"
	@echo "make check       types, style, floors, the committed document and pages"
	@echo "make examples    the document's examples asked anew"
	@echo "make bench-quick how fast it is, beside others, in a few minutes"
	@echo "make lock        lock the dependencies anew (needs uv)"
	@echo "make clean       remove the environment and what was built"

# As many at once as there are processors; one after the other with make test AT_ONCE=0.
AT_ONCE ?= auto
test: $(READY)
	$(BIN)/python -m pytest --numprocesses $(AT_ONCE) --dist worksteal

# What CI checks beside the tests: types, style, floors, the committed specification and pages.
check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/quipu openapi --check
	$(BIN)/quipu dictionary --check

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Quipu needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
		{ echo "This Python cannot make environments. On Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@# As pip compiles what it installs: where Python is told to write no bytecode, as in many
	@# containers, each start would compile the program anew.
	$(BIN)/python -m compileall -q api schemas
	@touch $@

# Needs uv. Written so that no registry's address gets into the file.
lock:
	uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--all-extras pyproject.toml -o requirements.lock --custom-compile-command "make lock"

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache build *.egg-info

# The examples of the document, asked anew; then the document with them.
.PHONY: examples
examples: $(READY)
	$(BIN)/python -m contract.examples
	$(BIN)/quipu openapi

# What needs Node beside Python: `.ci/run` runs it too. Nothing of it is needed by `run` and `test`.
.PHONY: lint-contract types clients mock breaking release-document lock-clients
TOOLS := contract/node_modules/.ready

lint-contract: $(TOOLS)
	cd contract && SCARF_ANALYTICS=false REDOCLY_TELEMETRY=off npm run --silent lint

# The document's types for TypeScript, as `/types.d.ts` serves them; `clients` tells when they are old.
types: $(READY) $(TOOLS)
	$(BIN)/quipu openapi
	contract/node_modules/.bin/openapi-typescript openapi.yaml --output api/spec/types.d.ts

# A TypeScript and a Python client, generated, checked, and run against the service, or a mock of the document.
clients: $(READY) $(TOOLS)
	PYTHON=$(PYTHON) contract/clients/run service

mock: $(READY) $(TOOLS)
	PYTHON=$(PYTHON) contract/clients/run mock

$(TOOLS): contract/package.json contract/package-lock.json
	@npm --version >/dev/null 2>&1 || { echo "This needs npm. On Debian or Ubuntu: apt install nodejs npm" >&2; exit 1; }
	cd contract && npm ci --ignore-scripts --loglevel=error
	@touch $@

# Needs uv, as `lock` does.
lock-clients:
	cd contract/clients/python && uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url requirements.in -o requirements.lock --custom-compile-command "make lock-clients"

# Schemathesis over HTTP, as long as one likes: make contract N=1000 [SEED=...]. Needs no Node.
.PHONY: contract lock-contract
N ?= 100
contract: $(READY)
	PYTHON=$(PYTHON) contract/fuzz $(N) $(SEED)

# What docs/contract-tests.md tells partners to run, run. Without Node, what needs it is left out.
.PHONY: kit
kit: $(READY)
	PYTHON=$(PYTHON) contract/kit

lock-contract:
	cd contract && uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url requirements.in -o requirements.lock --custom-compile-command "make lock-contract"

# What is given out in the words of other standards, held against their validators; and faults that each of
# them must notice. Those that need Node are skipped where it is not installed.
.PHONY: standards lock-standards
standards: $(READY)
	PYTHON=$(PYTHON) contract/standards/run

lock-standards:
	cd contract/standards && uv pip compile --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url requirements.in -o requirements.lock --custom-compile-command "make lock-standards"

# What the document breaks of the last released one: refused unless the version says so.
breaking: $(READY)
	$(BIN)/python -m contract.breaking contract/released/openapi.yaml openapi.yaml

# At a release, after the version in api/software.py has moved: from here on this is what may not be broken.
release-document: breaking
	$(BIN)/quipu openapi --check
	cp openapi.yaml contract/released/openapi.yaml

# Takes patterns out of a copy of the program and sees whether a test notices: all of them (docs/mutants.md), or
# make mutants N=10 [SEED=...].
.PHONY: mutants
mutants: N :=
mutants: $(READY)
	$(BIN)/python -m contract.mutate $(N) $(SEED)

# Measured on purpose (docs/performance.md): beside peers and limits, against the number of figures, everything at
# once, and where the time goes. make bench [ROWS=...] [ARGS="--rounds 7"] [WRITE=1]: into README.md and docs/.
.PHONY: bench bench-quick bench-scale bench-mixed bench-profile bench-inside bench-smoke lock-bench
MEASURE = $(BIN)/python -m benchmarks
OPTIONS = $(if $(ROWS),--rows $(ROWS)) $(ARGS) $(if $(WRITE),--write)

bench: $(READY)
	$(MEASURE).peers $(OPTIONS)

# In three or four minutes, once the databases and the peers are there.
bench-quick: $(READY)
	$(MEASURE).peers --rows 100000 --rounds 3 --turns 1 $(OPTIONS)

# ROWS may be several: make bench-scale ROWS=1000,100000,1000000,10000000
bench-scale: $(READY)
	$(MEASURE).scale $(OPTIONS)

bench-mixed: $(READY)
	$(MEASURE).mixed $(OPTIONS)

# make bench-profile Q=list
Q ?= list
bench-profile: $(READY)
	$(MEASURE).profile $(Q) $(OPTIONS)

# Without a server, while one tries something: make bench-inside [ARGS="--only list,item"]
bench-inside: $(READY)
	$(MEASURE).inside $(OPTIONS)

# All of it, so small that the numbers mean nothing: CI sees that it runs, and that no page is torn.
bench-smoke: $(READY)
	$(MEASURE).peers --rows 1000 --rounds 1 --turns 2 --only nginx,raw,by-hand,fastapi
	$(MEASURE).scale --rows 1000 --rounds 1 --seconds 1 --only list,ndjson
	$(MEASURE).mixed --rows 1000
	$(MEASURE).loads 1000

# Needs uv, as `lock` does, and npm.
lock-bench:
	for folder in benchmarks/tools $(addprefix benchmarks/peers/,datasette fastapi_raw plain_flask roapi); do \
		(cd $$folder && uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
			--no-emit-index-url requirements.in -o requirements.lock \
			--custom-compile-command "make lock-bench") || exit 1; done
	for folder in fastify soul; do \
		(cd benchmarks/peers/$$folder && npm install --package-lock-only --ignore-scripts) || exit 1; done
