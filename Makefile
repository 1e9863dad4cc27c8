# Everything sets itself up: nothing has to be installed first but Python, pip, git and make.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run install test train evaluate clinc150 soak bench lock clean

APP := .venv/bin
RASA := .venv-rasa/bin
UV := $(or $(shell command -v uv),.tools/bin/uv)
export RASA_TELEMETRY_ENABLED := false
export UV_LINK_MODE ?= copy
export UV_NO_PROGRESS ?= 1

help:  ## what can be made
	@grep -E '^[a-z0-9]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run: .venv/made .venv-rasa/made model  ## start everything; Ctrl-C stops it
	@$(APP)/python -m lebailleur.supervise

# For a server: the Pythons that uv may fetch are kept here too, where the service's user can read them.
install: export UV_PYTHON_INSTALL_DIR ?= $(CURDIR)/.tools/python
install: .venv/made .venv-rasa/made model  ## make what is missing, start nothing

test: .venv/made-tests .venv-rasa/made model  ## every check and every test
	@scripts/test

train: .venv-rasa/made  ## train the model from data/
	@scripts/train

evaluate: .venv-rasa/made model  ## measure understanding; ACCEPT=1 accepts the result
	@$(RASA)/python -W ignore -m nlu.evaluate $(if $(ACCEPT),--accept)

clinc150: .venv-rasa/made  ## our classifier on CLINC150: FILE=data_small.json
	@$(RASA)/python -W ignore -m benchmarks.clinc150 $(FILE)

soak: .venv/made-tests .venv-rasa/made model  ## ten minutes of faults with 200 people
	@SOAK_MINUTES=10 SOAK_HOUSES=40 $(APP)/pytest -q -s --timeout 1800 tests/soak

bench: .venv/made-tests .venv-rasa/made model  ## time what is timed
	@$(APP)/python -m benchmarks

.PHONY: model
model: .venv-rasa/made
	@scripts/train --if-stale

.venv/made: requirements/app.txt pyproject.toml | $(UV)
	@echo "Making the app environment (Python 3.12) …"
	@$(UV) venv --quiet --allow-existing --python "$$(scripts/find-python 3.12)" .venv
	@$(UV) pip install --quiet --python .venv --require-hashes -r requirements/app.txt
	@$(UV) pip install --quiet --python .venv --no-build-isolation --no-deps -e .
	@touch $@

.venv/made-tests: .venv/made requirements/test.txt
	@echo "Adding what the tests need …"
	@$(UV) pip install --quiet --python .venv --require-hashes -r requirements/test.txt
	@touch $@

.venv-rasa/made: requirements/rasa.txt | $(UV)
	@echo "Making the Rasa environment (Python 3.10), the larger one …"
	@$(UV) venv --quiet --allow-existing --python "$$(scripts/find-python 3.10)" .venv-rasa
	@$(UV) pip install --quiet --python .venv-rasa --require-hashes -r requirements/rasa.txt
	@touch $@

.tools/bin/uv:
	@echo "Bringing uv along …"
	@python3 -m venv .tools
	@.tools/bin/python -m pip install --quiet --disable-pip-version-check "uv>=0.8,<1"

lock:  ## renew the locked requirements from the .in files
	cd requirements && for each in rasa:3.10 app:3.12 test:3.12; do \
	    uv pip compile --quiet --generate-hashes --python-version "$${each#*:}" \
	        "$${each%:*}.in" -o "$${each%:*}.txt"; done

clean:  ## remove what was made (not the database)
	rm -rf .venv .venv-rasa .tools models/lebailleur.* .rasa reports
