# Everything runs in virtual environments that these targets make themselves.
PYTHON ?= python3
VENV := .venv
LOWEST := .venv-lowest

.PHONY: demo test fuzz lint docs test-site bench test-lowest test-extras clean

demo: $(VENV)/installed  ## cross-validate every activation on digits
	$(VENV)/bin/python examples/searching/cross_validate_activations.py \
		--output activations_on_digits.png --sequential

test: $(VENV)/installed  ## run all tests, with coverage
	$(VENV)/bin/python -m pytest -n auto --cov --cov-report=term-missing:skip-covered $(ARGS)

fuzz: $(VENV)/installed  ## search for examples that break a property, and print them
	HYPOTHESIS_PROFILE=long $(VENV)/bin/python -m pytest -n auto --timeout=0 tests/test_*properties.py $(ARGS)

lint: $(VENV)/installed
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/codespell

docs: $(VENV)/installed  ## pages and gallery; ARGS="-D plot_gallery=0" runs no examples
	$(VENV)/bin/pip install --quiet -e '.[docs]' -c constraints.txt
	$(VENV)/bin/sphinx-build -W -b html $(ARGS) docs docs/_build/html

test-site: docs  ## every page in a browser: links, pictures, widths; needs Chromium and its driver
	$(VENV)/bin/python -m pytest -rs tests/test_site.py

bench: $(VENV)/installed  ## time fits, predictions and processes beside MLPClassifier and others
	$(VENV)/bin/python -m benchmarks $(ARGS)

test-lowest: $(LOWEST)/installed  ## the lowest versions that pyproject.toml claims
	$(LOWEST)/bin/python -m pytest -n auto $(ARGS)

test-extras: $(VENV)/installed  ## each extra in an environment with nothing else
	$(VENV)/bin/python tests/fresh_environments.py $(ARGS)

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(VENV)/bin/pip install --quiet -e '.[examples,test,dev]' -c constraints.txt
	touch $@

$(LOWEST)/installed: pyproject.toml constraints-lowest.txt
	$(PYTHON) -m venv $(LOWEST)
	$(LOWEST)/bin/pip install --quiet -e '.[test]' -c constraints-lowest.txt
	touch $@

clean:
	rm -rf $(VENV) $(LOWEST) docs/_build docs/generated docs/auto_examples
