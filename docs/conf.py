"""Configuration of the documentation. It needs no network."""

import re
import sys
from pathlib import Path

from sklearn_deepmlp import __version__

sys.path.append(str(Path(__file__).parent))

project = "sklearn_deepmlp"
author = "the sklearn_deepmlp developers"
copyright = f"2026, {author}"  # noqa: A001
release = version = __version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.mathjax",
    "tables",
]
exclude_patterns = ["_build", "generated/tables"]
templates_path = ["_templates"]
default_role = "literal"

myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings tell the types
maximum_signature_line_length = 88
numpydoc_show_class_members = False
# scikit-learn's user guide, which the docstrings of inherited methods refer to, is elsewhere.
REFERENCE_TO_A_GUIDE = re.compile(r":(?:ref|term):`([^`<]+?)(?:\s*<[^`>]+>)?`")

html_theme = "pydata_sphinx_theme"
html_title = f"{project} {version}"
html_theme_options = {"navigation_with_keys": False, "show_toc_level": 2}
html_sidebars = {"**": []}


def replace_references(app, *event):
    """Replace references to pages of other projects by their text."""
    lines = event[-1]
    lines[:] = [REFERENCE_TO_A_GUIDE.sub(r"\1", line) for line in lines]


def setup(app):
    """Connect the hook above."""
    app.connect("autodoc-process-docstring", replace_references)
