# Luoshi (落实). Needs git, make and Python >= 3.12; everything else is fetched by hash into this folder.
.DEFAULT_GOAL := help
.PHONY: help up test fix bench soak fuzz docs assets browser lock .venv
.NOTPARALLEL:

BIN := .venv/bin
MEMBERS := $(wildcard libs/*/pyproject.toml services/*/pyproject.toml cli/pyproject.toml)
ASSETS := services/console/assets
VENDOR := services/console/luoshi_console/static/vendor
# A development environment of the caller's must not reach into ours.
unexport UV_PYTHON VIRTUAL_ENV PYTHONHOME PYTHONPATH

help: ## this list
	@awk -F ':.*## ' '/^[a-z.]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: .venv assets ## install, start everything, load the demo city, print the address of the board
	@$(BIN)/luoshi up

test: .venv assets ## install what tests need and run everything that must hold (what CI runs)
	@$(BIN)/python -m tools.check

fix: .venv ## put imports and layout in order
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv ## measure against floors and peers, write benchmarks/RESULTS.md
	@$(BIN)/python -m benchmarks

soak: .venv assets ## run the service tests again and again: MINUTES=30, stops at the first failure
	@$(BIN)/python -m tools.soak $(or $(MINUTES),30)

fuzz: .venv ## run the properties of the rules with many more examples
	@$(BIN)/pytest tests/rules --hypothesis-profile=fuzz

docs: .venv ## write the generated documents and snapshots anew
	@for part in snapshots events_doc profile_doc trace; do $(BIN)/python -m tools.$$part || exit 1; done

assets: $(VENDOR)/.complete ## fetch the scripts of others that the pages load

browser: .venv ## find or install the browser of the tests and print its path
	@$(BIN)/python -m tools.browser

lock: ## resolve all dependencies anew into requirements.lock
	@uv=$$(tools/bootstrap.sh uv) && "$$uv" lock --quiet && "$$uv" export --quiet \
	    --all-packages --all-groups --no-emit-workspace --output-file requirements.lock

.venv: .venv/.complete ## the environment exactly as requirements.lock says

.venv/.complete: requirements.lock $(MEMBERS)
	@tools/bootstrap.sh sync
	@touch $@

$(VENDOR)/.complete: $(ASSETS)/package.json $(ASSETS)/package-lock.json $(ASSETS)/.npmrc | .venv/.complete
	@$(BIN)/python -m luoshi_console.assets
	@touch $@
