# Everything here does its own set-up. `make` alone says what there is.

PYTHON ?= python3
VENV ?= .venv
TORCH ?= torch==2.13.0
TOPICS ?= 02_activations

# tests/plan.py says which tests run, in which order, in how many processes.
TESTS := pytest -n auto --dist loadscope --durations=20

BIN := $(VENV)/bin
READY := $(VENV)/.gradwise-ready
# The chain below must not see another environment's pytest, nbgrader or Jupyter.
export PATH := $(abspath $(BIN)):$(PATH)

.PHONY: help demo demos hub test prove test-long lint lab publish pictures build evidence setup clean

help:
	@echo "make demo   build the course, grade a sample class, write feedback and a report"
	@echo "make test   run the tests, in about eleven minutes (FULL=1: also what is proved for this content, see tests/README.md)"
	@echo "make prove  run what is the same for the same content, in five minutes, and write tests/proved.json"
	@echo "make test-long   run all of them at full length, as every night"
	@echo "make lab    open JupyterLab on a copy of the course, build/lab, with nbgrader's formgrader (FRESH=1: a new copy)"
	@echo "make hub    a JupyterHub on this machine with teachers, learners and results at once; says the passwords"
	@echo "make demos  show the live demos full-screen, without code (Voila)"
	@echo "make publish   write the learners' files to dist/learners, ready to push"
	@echo "make lint   check style and types"
	@echo "make build  build the learners' notebooks from the instructors' texts"
	@echo "make evidence   run the experiments behind the texts, and write course/EVIDENCE.md (an hour)"
	@echo "make clean  remove everything that was made, but for the environment and build/lab, where people work"

demo: setup
	autograder build
	rm -rf build/submitted build/autograded build/feedback
	autograder sample-class $(TOPICS) build/submitted
	autograder grade $(TOPICS)
	autograder feedback $(TOPICS)
	autograder report $(TOPICS)
	@echo
	@echo "gradebook     build/gradebook.db"
	@echo "feedback      build/feedback/STUDENT/$(TOPICS)/$(TOPICS).html"
	@echo "class report  build/report/$(TOPICS).html"

test: setup chromium proxy
	autograder build
	$(TESTS) $(if $(FULL),,--trust-proofs)

# What passes here need not run in full again until something changes that it depends on: commit the keys.
prove: setup chromium proxy
	autograder build
	$(TESTS) --prove

test-long: setup chromium proxy
	autograder build
	$(TESTS) --long

lint: setup
	ruff check .
	ruff format --check .
	mypy
	lint-imports

lab: setup
	test -d build/released || autograder build
	autograder workspace $(if $(FRESH),--fresh)
	JUPYTER_CONFIG_PATH="$(CURDIR)/autograder/nbgrader_plugins/jupyter:$(CURDIR)/course/jupyter" jupyter lab

# A copy of the course in a temporary folder; Ctrl-C leaves nothing of it.
hub: setup proxy
	python -m autograder.service.demo

demos: setup
	voila course/demos.ipynb --theme=light

# A public repository hides nothing: learners get a tree of their own, without solutions, checks or history.
publish: build
	autograder publish dist/learners

# The README's pictures are taken by the browser tests.
pictures: setup chromium
	pytest tests/browser
	mkdir -p docs/images
	cp build/pictures/*.png docs/images/

build: setup
	autograder build

# What was run here already is not run again, also after Ctrl-C: build/evidence keeps it.
evidence: setup
	autograder evidence --again
	autograder build

clean:
	rm -rf dist
	test ! -d build || find build -mindepth 1 -maxdepth 1 ! -name 'lab*' -exec rm -rf {} +

setup: $(READY)
	@command -v bwrap >/dev/null || $(MAKE) --no-print-directory bubblewrap || \
	  echo "Going on without it: student code is graded in the strongest other sandbox that works here."

$(READY): pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	python -c "import torch" 2>/dev/null || python -m pip install --quiet "$(TORCH)"
	python -m pip install --quiet --editable ".[teach,dev]"
	touch $(READY)

# The test of docs/hub.md needs JupyterHub's proxy, which is written in JavaScript.
.PHONY: proxy
proxy:
	@command -v configurable-http-proxy >/dev/null || \
	  npm install --silent --global --prefix "$(abspath $(VENV))" configurable-http-proxy || \
	  echo "Going on without JupyterHub's proxy: the test of docs/hub.md is skipped."

# Student code is kept in by bubblewrap wherever that works; the browser tests need a Chromium.
.PHONY: bubblewrap chromium
bubblewrap chromium:
	@if command -v $@ >/dev/null || { [ $@ = chromium ] && command -v $${CHROMIUM:-google-chrome} >/dev/null; }; then :; \
	elif ! command -v apt-get >/dev/null; then \
	  echo "$@ is missing: install it with your system's packages."; exit 1; \
	elif [ "$$(id -u)" = 0 ]; then apt-get update -qq && apt-get install -y -qq $@; \
	elif sudo -n true 2>/dev/null; then sudo apt-get update -qq && sudo apt-get install -y -qq $@; \
	else echo "$@ is missing: run  sudo apt-get install $@  and this command again."; exit 1; fi
