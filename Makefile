# The two commands of the README are `make demo` and `make test`; everything else is for maintainers.
# PYTHON: the interpreter the environment is made with (3.11 or newer). VENV: where it is made.
# TORCH_INDEX: an extra package index with CPU builds of torch, where plain torch would bring CUDA packages.

PYTHON ?= python3
VENV ?= .venv
TORCH_INDEX ?=
TORCH_VERSION = 2.13.0
BIN = $(VENV)/bin
DEMO_WORKSPACE ?= demo-workspace
PIP_INDEX = $(if $(TORCH_INDEX),--extra-index-url $(TORCH_INDEX))

.PHONY: demo test install check lock lint types tests clean

# The demo's Prefect server is a temporary one with a home of its own, and reports to nobody.
PREFECT = PREFECT_HOME=$(CURDIR)/build/prefect PREFECT_SERVER_ANALYTICS_ENABLED=false DO_NOT_TRACK=1 \
  PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS=120

demo: install
	rm -rf $(DEMO_WORKSPACE)
	mkdir -p build/prefect
	$(PREFECT) $(BIN)/samestory run --prefect --workspace $(DEMO_WORKSPACE) --config configs/demo.toml samples/corpus/articles.jsonl samples/pages/html samples/pages/text
	$(BIN)/samestory demo --workspace $(DEMO_WORKSPACE)

test: install lint types tests

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	$(PYTHON) -c "import sys; assert sys.version_info >= (3, 11), f'samestory needs Python 3.11 or newer, {sys.executable} is {sys.version.split()[0]}; set PYTHON'"
	$(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV): about 1 GB, some minutes."
	$(BIN)/python -m pip install -qq --constraint constraints.txt $(PIP_INDEX) --editable '.[test]'
	touch $@

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: install
	$(BIN)/mypy --strict clustering flows

tests: install
	$(BIN)/pytest -n 2 --dist loadfile

check: test

# Make constraints.txt anew from the newest versions that pyproject.toml admits, in a throw-away environment.
lock:
	rm -rf build/lock && $(PYTHON) -m venv build/lock
	build/lock/bin/python -m pip install --quiet $(PIP_INDEX) '.[test]' torch==$(TORCH_VERSION)
	(echo '# The one set of versions known to work together (Python 3.11 and newer, CPU). Made with: make lock'; \
	  build/lock/bin/python -m pip freeze --exclude samestory | sed 's/+cpu//') > constraints.txt

clean:
	rm -rf $(VENV) $(DEMO_WORKSPACE) build dist
