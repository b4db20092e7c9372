"""The page on installation names the extras and the lowest versions of pyproject.toml."""

import re
import tomllib

from pages import ROOT, text_of

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGE = text_of("install.md")


def rows_of_table(title):
    """Return the cells of each row of the table in the section of that title."""
    section = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE).group(1)
    rows = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_all_extras_are_listed():
    listed = re.findall(r"`(\w+)`", " ".join(row[0] for row in rows_of_table("Extras")))
    assert sorted(listed) == sorted(PROJECT["optional-dependencies"])


def test_lowest_versions():
    floors = [f"Python{PROJECT['requires-python']}", *PROJECT["dependencies"]]
    listed = [f"{name}>={version}" for name, version in rows_of_table("Supported versions")]
    assert sorted(listed) == sorted(floors)
