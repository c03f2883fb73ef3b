# Every target sets itself up: `make pilot` works as the first command in a fresh clone.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/ready

# Many processes are started here: each would compile our sources anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: pilot up test test-all lint format lock peers bench pictures report-pictures clean

pilot: $(READY)  ## run the pilot batch and write its report
	$(BIN)/python molecules/pilot.py

up: $(READY)  ## the service: Prefect with its pages, workers, schedules
	$(BIN)/molpipe up

test: $(READY)  ## the fast tests
	$(BIN)/pytest -q -m "not slow" -n 2 --dist loadfile

test-all: $(READY)  ## fast and slow tests
	$(BIN)/pytest -q

lint: $(READY)  ## style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY)  ## our speed against the peers, each installed in an environment of its own
	$(BIN)/python -m benchmarks

pictures: $(READY)  ## the pictures of the service in the docs; needs Chromium
	$(BIN)/python -m docs.screenshots

report-pictures: pilot  ## those of the report; needs Chromium
	$(BIN)/python -m docs.report_pictures

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lock: $(READY)  ## resolve pyproject.toml again: versions and hashes, no index address
	$(BIN)/python -m pip install -q "uv>=0.9"
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 \
	  --generate-hashes --no-header -q -o requirements.lock
	$(BIN)/uv pip compile --group peers --constraint requirements.lock --universal \
	  --python-version 3.11 --generate-hashes --no-header -q -o requirements-peers.lock

peers: $(READY)  ## what some tests need: a peer to compare with, the PostgreSQL driver
	$(BIN)/python -m pip install -q --no-deps --require-hashes -r requirements-peers.lock

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "molpipe needs Python 3.11 or newer")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	touch $(READY)

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
