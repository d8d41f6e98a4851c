# Two commands are all you need: `make run` opens the dashboard, `make test` checks everything.
PYTHON ?= python3
BIN := .venv/bin

# Many short processes import the package: without bytecode each would compile it again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test lint coverage fuzz bench docs samples lab schema clean

run: .venv/run.done
	$(BIN)/python -m f1tools app

test: .venv/test.done lint
	$(BIN)/python -m tests.browser.chromium
	$(BIN)/python -m tests.backends.java
	OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m pytest --numprocesses auto --dist worksteal

lint: .venv/test.done
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

coverage: .venv/test.done
	$(BIN)/python -m pytest --numprocesses auto --dist worksteal --cov --cov-report=
	$(BIN)/coverage report

fuzz: .venv/test.done
	$(BIN)/python -X faulthandler -W error -m tests.readers.formats.mutations 10000

bench: .venv/test.done
	$(BIN)/python -m benchmarks

docs: .venv/docs.done
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --clean
	@echo "Open site/index.html through a server: $(BIN)/python -m http.server --bind 127.0.0.1 --directory site"

samples: .venv/run.done
	$(BIN)/python sample_data/build.py

lab: .venv/lab.done
	$(BIN)/python sample_data/build_lab.py

schema: .venv/run.done
	$(BIN)/python -c 'import json; from f1tools.record import schema; print(json.dumps(schema(), indent=2))' \
		> f1tools/record/decision.schema.json

clean:
	rm -rf .venv site

.venv/pip.done:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "f1tools needs Python 3.11 or newer; name one: make PYTHON=python3.12 run")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	touch $@

.venv/run.done: requirements.txt .venv/pip.done
	$(BIN)/python -m pip install --quiet -r requirements.txt
	touch $@

.venv/docs.done: requirements-docs.txt .venv/run.done
	$(BIN)/python -m pip install --quiet -r requirements-docs.txt
	touch $@

.venv/lab.done: requirements-lab.txt .venv/run.done
	$(BIN)/python -m pip install --quiet -r requirements-lab.txt
	touch $@

.venv/engines.done: requirements-engines.txt .venv/run.done
	$(BIN)/python -m pip install --quiet -r requirements-engines.txt
	touch $@

.venv/test.done: requirements-dev.txt .venv/lab.done .venv/engines.done
	$(BIN)/python -m pip install --quiet -r requirements-dev.txt
	touch $@
