"""Configuration of the documentation. It is built without a network, too."""

import re
import sys
import urllib.request
from pathlib import Path

from sphinx_gallery.sorting import ExplicitOrder

from sklearn_deepmlp import __version__

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS / "_ext"))

project = "sklearn_deepmlp"
author = "the sklearn_deepmlp developers"
copyright = f"2026, {author}"  # noqa: A001
release = version = __version__

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx-mathjax-offline",
    "sphinx_copybutton",
    "sphinx_design",
    "sphinx_gallery.gen_gallery",
    "card_pictures",
    "tables",
    "activation_sections",
    "pictures",
]
exclude_patterns = ["_build", "generated/tables", "**/GALLERY_HEADER.rst"]
templates_path = ["_templates"]
html_static_path = ["_static"]
html_css_files = ["custom.css"]
default_role = "literal"
smartquotes = False  # options are shown as they are typed

myst_enable_extensions = ["colon_fence", "dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
toc_object_entries_show_parents = "hide"
autodoc_typehints = "none"  # the docstrings tell the types
maximum_signature_line_length = 88
numpydoc_show_class_members = False
copybutton_exclude = ".linenos, .gp, .go"
# scikit-learn's user guide, which the docstrings of inherited methods refer to, is elsewhere.
REFERENCE_TO_A_GUIDE = re.compile(r":(?:ref|term):`([^`<]+?)(?:\s*<[^`>]+>)?`")

OTHER_DOCUMENTATION = {
    "sklearn": "https://scikit-learn.org/stable/",
    "numpy": "https://numpy.org/doc/stable/",
    "skorch": "https://skorch.readthedocs.io/en/stable/",
}


def reachable(address):
    """Tell whether the inventory of another documentation can be read now."""
    try:
        with urllib.request.urlopen(f"{address}objects.inv", timeout=3):  # noqa: S310
            return True
    except OSError:
        return False


intersphinx_mapping = {
    name: (address, None) for name, address in OTHER_DOCUMENTATION.items() if reachable(address)
}

# Not "parallel": examples measure times, and `fit_together` starts no workers within a worker.
# The gallery tells a story; an example that is not named here stands after those of its section.
STORY = [
    "saturating_sigmoid.py",
    "glorot_bengio_2010.py",
    "vanishing_gradients.py",
    "initializations_compared.py",
    "very_deep_networks.py",
    "leaky_relu.py",
    "dying_relus.py",
    "elu_and_selu.py",
    "self_normalization_at_50_layers.py",
    "gelu_swish_mish.py",
    "compare_activations.py",
    "cross_validate_activations.py",
    "search_together.py",
    "tuned_and_learned.py",
    "selu_in_a_grid.py",
    "regularization_strength.py",
    "optuna_in_batches.py",
    "mixed_table.py",
    "imbalanced_classes.py",
    "quantile_regression.py",
    "ensemble_with_uncertainty.py",
    "text_classification.py",
    "wide_and_deep.py",
    "training_curves.py",
    "first_layer_weights.py",
    "serve_with_onnxruntime.py",
]
sphinx_gallery_conf = {
    "examples_dirs": ["../examples"],
    "gallery_dirs": ["auto_examples"],
    "subsection_order": ExplicitOrder(
        ["../examples/chapter", "../examples/searching", "../examples/practice"]
    ),
    "within_subsection_order": ExplicitOrder([*STORY, "*"]),
    "filename_pattern": r"\.py$",
    "remove_config_comments": True,
    "default_thumb_file": str(DOCS / "_static" / "mark-light.svg"),
    "backreferences_dir": "generated/backreferences",
    "doc_module": ("sklearn_deepmlp",),
    "download_all_examples": False,
    "show_memory": False,
    "image_srcset": ["2x"],
    "write_computation_times": False,  # these pages load scripts from elsewhere
    "abort_on_example_error": True,
    "reference_url": {"sklearn_deepmlp": None},
}

html_theme = "pydata_sphinx_theme"
html_title = f"{project} {version}"
html_favicon = "_static/mark-light.svg"
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
html_theme_options = {
    "logo": {
        "text": project,
        "image_light": "_static/mark-light.svg",
        "image_dark": "_static/mark-dark.svg",
        "alt_text": f"{project}: home",
    },
    "navigation_with_keys": False,
    "show_toc_level": 2,
    "header_links_before_dropdown": 6,
    "secondary_sidebar_items": ["page-toc", "sg_download_links"],
}
html_sidebars = {
    "index": [],
    "get_started": [],
    "install": [],
    "api": [],
}


def replace_references(app, *event):
    """Replace references to pages of other projects by their text."""
    lines = event[-1]
    lines[:] = [REFERENCE_TO_A_GUIDE.sub(r"\1", line) for line in lines]


def setup(app):
    """Connect the hook above."""
    app.connect("autodoc-process-docstring", replace_references)
