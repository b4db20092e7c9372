"""The documentation and the examples as files."""

import importlib.util
import runpy
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
    """Import a file that belongs to no package, which may import its neighbors."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(path.parent)
        spec.loader.exec_module(module)
    return module


def run_as_script(path):
    """Run an example and return its names; its pictures are neither shown nor kept open."""
    plt = pytest.importorskip("matplotlib.pyplot", reason="examples draw pictures")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plt, "show", lambda: plt.close("all"))
        return runpy.run_path(str(path), run_name="__main__")
