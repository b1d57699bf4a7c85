# Every target sets up what it needs. `make demo` and `make test` are the two to know.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# the lock files name everything, so pip resolves nothing: a release of tomorrow changes nothing
PIP_FLAGS := --quiet --disable-pip-version-check --require-hashes --no-deps
WORKERS ?= 3
# where it is set, each of the hundreds of processes that tests start would compile all of the code again
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test crash failover hostile coverage test-postgres check fix bench browser nginx docs fhir lock clean

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Wheal needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)

# what the clinic runs with
$(VENV)/.installed: requirements.lock pyproject.toml | $(BIN)/python
	$(BIN)/pip install $(PIP_FLAGS) -r requirements.lock
	@$(BIN)/python tools/install_in_place.py
	@touch $@

# what developers and tests need besides
$(VENV)/.dev-installed: requirements-dev.lock $(VENV)/.installed
	$(BIN)/pip install $(PIP_FLAGS) -r requirements-dev.lock
	@touch $@

# a cluster for the tests of the registry; it comes as source, and what builds it is in the lock above
$(VENV)/.spark-installed: requirements-spark.lock $(VENV)/.dev-installed
	@sh tools/install-java
	$(BIN)/pip install $(PIP_FLAGS) --no-build-isolation -r requirements-spark.lock
	@touch $@

demo: $(VENV)/.installed
	$(BIN)/wheal demo

browser:
	@sh tools/install-chromium

nginx:
	@sh tools/install-nginx

# the tables of both engines are made beside the check, which keeps one core busy; some tests wait for servers and
# browsers, so there is a worker more than the two cores have hands for. Each begins with a third of the files and what a
# file prepares is prepared once; whoever is done first takes from the others
test: $(VENV)/.dev-installed $(VENV)/.spark-installed browser nginx
	@$(BIN)/python tests/tables.py & tables=$$!; trap "kill $$tables 2>/dev/null" EXIT; \
	  $(MAKE) --no-print-directory check && wait $$tables
	$(BIN)/pytest -n $(WORKERS) --dist worksteal
	$(BIN)/python tests/postgresql.py tests/clinic -m both_engines -n $(WORKERS)

# killed a thousand times while a signature is on its way, on PostgreSQL two hundred; without the time that a start takes
crash: $(VENV)/.dev-installed
	WHEAL_TEST_KILLS=1000 WHEAL_TEST_FORKED=1 WHEAL_TEST_AIMED=1 $(BIN)/pytest tests/crash/test_crash.py -q

# the database's machine is lost and its standby takes over
failover: $(VENV)/.dev-installed
	PYTHONPATH=tests:src $(BIN)/python -m crash.failover

# two programs that look for holes, each in an environment of its own
.venv-schemathesis/.installed: requirements-hostile-json.lock
	$(PYTHON) -m venv .venv-schemathesis
	.venv-schemathesis/bin/pip install $(PIP_FLAGS) -r requirements-hostile-json.lock
	@touch $@

.venv-wapiti/.installed: requirements-hostile-pages.lock
	$(PYTHON) -m venv .venv-wapiti
	.venv-wapiti/bin/pip install $(PIP_FLAGS) -r requirements-hostile-pages.lock
	@touch $@

# the record as FHIR asked whatever it allows and forbids, the pages attacked; about a quarter of an hour
hostile: $(VENV)/.dev-installed .venv-schemathesis/.installed .venv-wapiti/.installed
	$(BIN)/python tools/hostile/run.py

# the same tests, watched branch by branch: half as slow again, so by itself
coverage: $(VENV)/.dev-installed $(VENV)/.spark-installed browser nginx
	$(BIN)/pytest -n $(WORKERS) --dist worksteal --cov --cov-report=
	$(BIN)/python tests/postgresql.py tests/clinic -m both_engines -n $(WORKERS) --cov --cov-append --cov-report=term:skip-covered --cov-fail-under=94

# all of the clinic's tests, with PostgreSQL behind them
test-postgres: $(VENV)/.dev-installed browser
	$(BIN)/python tests/postgresql.py tests/clinic tests/engines tests/test_models.py -n $(WORKERS)

check: $(VENV)/.dev-installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/wheal check

fix: $(VENV)/.dev-installed
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# at full size: a quarter of an hour and 15 GB for the trace alone; `make bench BENCH=` builds a fiftieth
BENCH ?= --full
bench: $(VENV)/.dev-installed browser
	$(BIN)/python -m bench $(BENCH)

docs: $(VENV)/.dev-installed browser
	$(BIN)/python tools/reference.py
	PYTHONPATH=tests DJANGO_SETTINGS_MODULE=wheal.clinic.settings $(BIN)/python tools/roles.py
	$(BIN)/python tools/docs_pictures.py

# a bulk client that others wrote
$(VENV)/.fhir-installed: requirements-fhir.lock $(VENV)/.dev-installed
	$(BIN)/pip install $(PIP_FLAGS) -r requirements-fhir.lock
	@touch $@

# four validators and four clients that others wrote, against all that the demo tells and its running server; some need
# node. A fifth client is in no registry: BULK_DATA_CLIENT=its folder; nor are the profiles:
# US_CORE=their package.tgz, IPS=theirs; the examples in these packages are sent to the server too
fhir: $(VENV)/.fhir-installed
	cd tools/fhir && npm ci --no-audit --no-fund --silent
	$(BIN)/pytest tests/clinic/fhir/test_clients.py -q
	$(BIN)/python tools/fhir/check.py

lock: $(VENV)/.dev-installed
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group dev pyproject.toml -c requirements.lock -o requirements-dev.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-deps \
	  --group spark -o requirements-spark.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group hostile-json -o requirements-hostile-json.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group hostile-pages -o requirements-hostile-pages.lock
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group fhir pyproject.toml -c requirements-dev.lock -o requirements-fhir.lock

clean:
	rm -rf $(VENV) .ruff_cache .mypy_cache .hypothesis .coverage
