"""The documentation and the examples as files."""

import importlib.util
from pathlib import Path

import pytest

import sklearn_deepmlp

ROOT = Path(sklearn_deepmlp.__file__).parents[1]
DOCS = ROOT / "docs"
EXAMPLES = ROOT / "examples"
WRITTEN = [
    path
    for path in sorted(DOCS.rglob("*.md"))
    if not {"_build", "generated", "auto_examples"} & set(path.relative_to(DOCS).parts)
]


def text_of(name):
    """Return the text of a page, by its path in the documentation."""
    return (DOCS / name).read_text(encoding="utf-8")


def load(path):
    """Import a file that belongs to no package, which may import its neighbours."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(path.parent)
        spec.loader.exec_module(module)
    return module
