"""A Sphinx extension that writes one section for each activation function, from its class.

The texts are those of the class's docstring, in reStructuredText; the curves are drawn when the
documentation is built. An activation that is added to the package so has its section.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from numpydoc.docscrape import NumpyDocString, Parameter
from tables import names_by_class

from sklearn_deepmlp import ActivationDisplay
from sklearn_deepmlp.activations import Activation

if TYPE_CHECKING:  # tests import this module without Sphinx
    from sphinx.application import Sphinx

FOLDER = "generated/activations"
Z = np.linspace(-4, 4, 801)


def draw_curve(activation: Activation, ax: Axes) -> tuple[list[Line2D], list[str]]:
    """Draw a function and its derivative; return the lines and their labels."""
    display = ActivationDisplay.from_activations(
        activation, z=Z, ax=ax, derivative_line_kw={"color": "tab:orange"}
    )
    lines, labels = [*display.lines_, *display.derivative_lines_], ["f(z)", "f′(z)"]
    ax.legend(lines, labels, loc="upper left", frameon=False)
    ax.set(xlabel="", ylabel="", xticks=(-4, -2, 0, 2, 4), ylim=(-2, 4))
    return lines, labels


def curve_of(activation: Activation) -> Figure:
    """Return the picture of a function and its derivative, and of what training draws at random."""
    figure = Figure(figsize=(4.5, 3), layout="constrained")
    ax = figure.subplots()
    draw_curve(activation, ax)
    if activation.noisy:
        ax.fill_between(Z, *random_bounds(activation), alpha=0.3, linewidth=0)
    return figure


def random_bounds(activation: Activation) -> list[NDArray[np.float64]]:
    """Return the values of a random function between which training draws."""
    z, numbers = torch.from_numpy(Z), activation.hyperparameters()
    draws = [
        activation.sample_hyperparameters(torch.full_like(z, uniform), **numbers)
        for uniform in (0.0, 1.0)
    ]
    return [activation.function(z, **draw).numpy() for draw in draws]


def section(kind: type[Activation], names: Sequence[str]) -> str:
    """Return the section of an activation in Markdown."""
    doc = NumpyDocString(inspect.getdoc(kind))
    title = kind.__name__
    facts = [
        f"{_plural('Name', names)}: {_literals(names)}",
        f"Class: {{class}}`~sklearn_deepmlp.activations.{title}`",
        f'`init="auto"`: `{kind.default_init}`',
    ]
    texts = [
        _paragraph([*doc["Summary"], "", *doc["Extended Summary"]]),
        _parameters(doc["Parameters"]),
        _paragraph(doc["Notes"]),
        _references(doc["References"]),
    ]
    return "\n".join(
        [
            f"### {title}\n",
            f"{' · '.join(facts)}\n",
            f"![f and f′ of {title} for z from −4 to 4](/{FOLDER}/{title}.svg)\n",
            "```{eval-rst}",
            "\n".join(filter(None, texts)),
            "```\n",
        ]
    )


def sections() -> str:
    """Return the sections of all activations."""
    return "\n".join(section(kind, names) for kind, names in names_by_class().items())


def _plural(word: str, names: Sequence[str]) -> str:
    return f"{word}s" if len(names) > 1 else word


def _literals(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _paragraph(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"


def _parameters(parameters: Sequence[Parameter]) -> str:
    if not parameters:
        return ""
    entries = [
        f"``{name}`` : {kind}\n{textwrap.indent(_paragraph(lines), '    ')}"
        for name, kind, lines in parameters
    ]
    return ".. rubric:: Parameters\n\n" + "".join(entries)


def _references(lines: Sequence[str]) -> str:
    return f".. rubric:: References\n\n{_paragraph(lines)}" if lines else ""


def write_sections(app: Sphinx) -> None:
    """Write the sections and draw the curves that they show."""
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    # The suffix keeps Sphinx from taking the sections for a page.
    (folder / "sections.txt").write_text(sections(), encoding="utf-8")
    for kind in names_by_class():
        curve_of(kind()).savefig(folder / f"{kind.__name__}.svg")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx when to write the sections: before it reads any page."""
    app.connect("builder-inited", write_sections)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
