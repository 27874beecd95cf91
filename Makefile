# Two commands for a fresh machine: `make demo` and `make test`. Each sets up .venv from the pinned lock first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: demo test soak check lock clean

demo: $(READY)
	rm -rf demo
	$(BIN)/python -m pipelines.demo demo
	$(BIN)/cleanplate clean 'demo/input/*.tar' demo/output --recipe demo
	$(BIN)/python -m pipelines.demo demo --compare
	@echo "report: $(CURDIR)/demo/output/report/index.html"

test: $(READY)
	$(BIN)/python -m pytest -m "not soak"

soak: $(READY)
	$(BIN)/python -m pytest -m soak

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy operators pipelines cluster experiments

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "cleanplate needs Python 3.11 or newer: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $(READY)

lock:
	uv pip compile pyproject.toml --all-extras --universal --no-header --no-annotate --no-emit-index-url \
	  --no-emit-find-links --upgrade --quiet --output-file requirements.lock

clean:
	rm -rf $(VENV) demo
