"""Errors about packages that are not installed name the extra that installs them."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from sklearn_deepmlp._compat.extras import EXTRAS, import_extra

PROJECT = Path(__file__).parents[1] / "pyproject.toml"


def test_the_extras_are_those_of_the_package():
    extras = tomllib.loads(PROJECT.read_text())["project"]["optional-dependencies"]
    for package, extra in EXTRAS.items():
        assert package in {re.match(r"[\w-]+", each)[0] for each in extras[extra]}


@pytest.mark.parametrize("package", EXTRAS)
def test_a_missing_package_of_an_extra(package, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    extra = re.escape(f"pip install {package}, or pip install 'sklearn-deepmlp[{EXTRAS[package]}]'")
    with pytest.raises(ImportError, match=rf"^plot needs {package}, .* installed: {extra}$"):
        import_extra(package, "plot")


def test_a_missing_package_without_an_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ImportError, match=r"installed: pip install pandas$"):
        import_extra("pandas", "to_frame")
