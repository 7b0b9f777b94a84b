# make demo      read the sample receipt: JSON on the screen, the overlay in build/
# make test      the whole suite, but for what needs Ray
# make test-ray  what needs Ray, on a cluster of two workers that the tests start here
# make lint      ruff and mypy
# make fonts     the Debian packages that the renderer of training pages draws with

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip
SAMPLE := samples/receipt-ko.jpg
PACKAGING := setup.py pyproject.toml constraints.txt $(wildcard ext/*.pyx)

.PHONY: demo test test-ray lint fonts clean

demo: $(VENV)/installed
	@mkdir -p build
	$(BIN)/docextract extract $(SAMPLE) --template receipt
	$(BIN)/docextract show $(SAMPLE) --template receipt --output build/receipt-ko-overlay.png

test: $(VENV)/installed-test
	$(BIN)/python -m pytest

test-ray: $(VENV)/installed-test,ray
	$(BIN)/python -m pytest $(wildcard tests/docextract/*/test_cluster.py)

lint: $(VENV)/installed-lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fonts: $(VENV)/installed
	$(SUDO) $$($(BIN)/python -c 'from ocr.synthesis.fonts import install_command; print(install_command())') --yes

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: $(PACKAGING) | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-%: $(PACKAGING) | $(BIN)/python
	$(PIP) install --constraint constraints.txt --editable '.[$*]'
	@touch $(VENV)/installed $@

clean:
	rm -rf build dist *.egg-info ocr/kernels/*.so
