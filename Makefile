# For a newcomer: `make book` builds the site, `make test` proves it. `make help` lists the rest.

WINDOWS := $(filter Windows_NT,$(OS))
PYTHON ?= $(if $(WINDOWS),python,python3)
BIN := .venv/$(if $(WINDOWS),Scripts,bin)
VENV := $(BIN)/python
# Modules are called through the interpreter: scripts name the place where they were installed.
export PYTHONDONTWRITEBYTECODE := 1
LOCK_PYTHON := $(subst .venv,_build/lock,$(VENV))
PYTEST := $(VENV) -m pytest --config-file tests/pytest.ini --rootdir .
DOIS = $(shell sed -n 's/^ *doi *= *{\(.*\)},*/\1/p' chapters/references.bib)
PORT ?= 8000

.PHONY: help book test check serve pdf slides student stick lab refresh chapter diagrams bench links lock clean lint python environment environment-tests
.DELETE_ON_ERROR:
.NOTPARALLEL:

help:  ## list these commands
	@sed -n 's/^\([a-z]*\):.*  ## /  make \1	/p' $(firstword $(MAKEFILE_LIST))

book: environment  ## set up and build the site, if anything changed
	@$(VENV) tools/book.py
	@echo "The site is $(CURDIR)/_build/html/index.html: open it in a browser, or run: make serve"

test: environment-tests lint book  ## set up and prove everything: code, numbers, pages
	$(PYTEST) tests chapters

lint:
	$(VENV) -m ruff check --config tests/ruff.toml --quiet .
	$(VENV) -m ruff format --config tests/ruff.toml --check --exclude chapters,.venv .
	$(VENV) -m ruff format --config tests/ruff.toml --check --line-length 45 chapters  # fits a phone

check:  ## say whether this machine can run the book, and what is missing
	@$(PYTHON) tools/check.py

serve: book  ## show the site on http://127.0.0.1:8000 (PORT=... for another)
	@$(VENV) tools/serve.py $(PORT)

pdf: environment  ## build the site with the book as one PDF in it (needs Chrome, Chromium or Edge)
	@BOOK_PDF=1 $(VENV) tools/book.py --again
	@$(VENV) extensions/print_book.py || { rm -f _build/made-of; exit 1; }

slides: book  ## make slides of every chapter, with notes and as PDF, in _build/slides
	@$(VENV) tools/slides.py

student: environment  ## build the student's version, without solutions (BOOK_PDF=1: with its PDF)
	@$(VENV) tools/student.py $(if $(BOOK_PDF),--again)
	@$(if $(BOOK_PDF),$(VENV) extensions/print_book.py _build/student/html || { rm -f _build/student/made-of; exit 1; })
	@echo "The student's site is $(CURDIR)/_build/student/html/index.html; the notebooks are in its zip."

stick: $(if $(STUDENT),student,book)  ## write a stick for a lab without a network (TO=/media/stick, STUDENT=1)
	@$(VENV) tools/stick.py "$(TO)" $(if $(STUDENT),student)

lab: environment  ## open the chapters in JupyterLab, to change and run them
	$(VENV) -m jupyterlab --ServerApp.root_dir="$(CURDIR)" chapters/feedback.ipynb

refresh: environment-tests  ## format and run every chapter, store its outputs (CHAPTER=sincos for one)
	@$(VENV) tools/refresh.py $(CHAPTER)

chapter: environment-tests  ## begin a chapter that passes every test (NAME=mine)
	@$(VENV) tools/chapter.py $(NAME)

diagrams: environment  ## draw every diagram again
	$(VENV) diagrams/draw.py

bench: environment  ## time the sin·cos fit: the chapter's way against a plain model.fit
	$(VENV) tests/bench.py

links: environment  ## follow every link to another site (needs the network)
	$(VENV) -c "from jupyter_book.cli.main import main; main()" build . --path-output _build/links --builder linkcheck -q
	@for doi in $(DOIS); do curl --silent --show-error --fail --retry 2 --output /dev/null \
		https://doi.org/api/handles/$$doi || { echo "There is no $$doi."; exit 1; }; done

lock:  ## resolve every package again, for Python 3.11 to 3.13 on every system
	$(PYTHON) -m venv _build/lock
	$(LOCK_PYTHON) -m pip install --quiet uv
	cat requirements.txt tests/requirements.txt | grep -v "^-c" | $(LOCK_PYTHON) -m uv pip compile \
		--quiet --upgrade --universal --fork-strategy fewest --python-version 3.11 --no-annotate \
		--custom-compile-command "make lock" --output-file constraints.txt -

clean:  ## remove what was built (the environment stays: to remove it, delete .venv)
	rm -rf _build .pytest_cache .ruff_cache

environment: python
	@$(PYTHON) tools/environment.py

environment-tests: python
	@$(PYTHON) tools/environment.py --tests

python:
	@command -v "$(PYTHON)" > /dev/null || { echo "There is no $(PYTHON): install Python 3.11 to 3.13," \
		"or name yours, as in: make book PYTHON=python3.12"; exit 1; }
