# Two commands: `make run` and `make test`. Both set everything up first and show progress.
PYTHON ?= python3
BIN := .venv/bin
JOBS ?= 2
STORIES = $(BIN)/pytest -m browser -n $(JOBS)
# Without a home to write to, uv keeps its cache beside the environment.
ifneq ($(shell test -w "$$HOME" && echo yes),yes)
export UV_CACHE_DIR := $(CURDIR)/.venv/.cache
export PIP_NO_CACHE_DIR := 1
endif

# A dozen processes start in a run: what one has compiled the others read.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test walk every-item lint bench mutate shots clean

run: .venv/.ready
	@$(BIN)/python -m demo.run $(if $(ONCE),--once)

test: .venv/.ready-dev
	@$(BIN)/python -m demo.browser
	@echo "→ rules of the house" && $(BIN)/ruff check -q . && $(BIN)/lint-imports --no-logo && $(BIN)/mypy --strict -p tongban.engine -p tongban.base
	@echo "→ tests without a browser" && $(BIN)/pytest -n $(JOBS) -m "not browser and not catalogue"
	@echo "→ stories in a browser" && { $(STORIES) || { echo "→ once more what failed, for a busy machine"; $(STORIES) --lf; }; }

walk: .venv/.ready-dev
	@$(BIN)/python -m demo.browser
	@echo "→ every page, both languages, both sizes of letters" && $(BIN)/pytest -m walk

every-item: .venv/.ready-dev
	@echo "→ every service is applied for and decided (half an hour)" && $(BIN)/pytest -n $(JOBS) -m catalogue

bench: .venv/.ready-dev
	@$(BIN)/python -m bench.run $(if $(ONLY),--only $(ONLY))

mutate: .venv/.ready-dev
	@$(BIN)/mutmut run

shots: .venv/.ready-dev
	@$(BIN)/python -m demo.browser
	@$(BIN)/python -m demo.shots

lint: .venv/.ready-dev
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

.venv/.uv:
	@echo "→ environment"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { echo "python3-venv is missing: apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv
	@touch $@

.venv/.ready: .venv/.uv pyproject.toml uv.lock
	@echo "→ packages" && UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync -q --frozen --no-dev --inexact
	@touch $@

.venv/.ready-dev: .venv/.uv pyproject.toml uv.lock
	@echo "→ packages for tests" && UV_PROJECT_ENVIRONMENT=.venv $(BIN)/uv sync -q --frozen --inexact
	@touch $@

clean:
	rm -rf var .venv
