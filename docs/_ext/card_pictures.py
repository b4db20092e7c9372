"""A Sphinx extension that draws the small pictures of the landing page, from the package itself."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from activation_tables import names_by_class
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import NullLocator
from sklearn.datasets import load_digits
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier

if TYPE_CHECKING:  # tests import this module without Sphinx
    from sphinx.application import Sphinx

FOLDS, DEPTH = 5, 30
# These are seen on white as well as on black.
GRAY, GOOD, BAD = "#8a9199", "#2a9d9a", "#e08a2b"


def curves(ax: Axes) -> None:
    """Draw every activation function."""
    z = torch.linspace(-3, 3, 121, dtype=torch.float64).view(1, -1, 1)
    kinds = list(names_by_class())
    for kind, color in zip(kinds, colors(len(kinds)), strict=True):
        activation = kind()
        values = activation.function(z, **activation.hyperparameters())
        ax.plot(z.flatten(), values.flatten(), color=color, lw=1.6)
    ax.set(ylim=(-2, 3))


def colors(n: int) -> np.ndarray:
    """Return colors from blue to green, of medium brightness."""
    return colormaps["viridis"](np.linspace(0.25, 0.85, n))


def stack(ax: Axes) -> None:
    """Draw a network for each activation and fold, in one frame."""
    n_activations = len(names_by_class())
    for row, color in enumerate(colors(n_activations)):
        ax.scatter(np.full(FOLDS, row), range(FOLDS), color=[color], marker="s", s=42)
    frame = FancyBboxPatch(
        (-0.4, -0.4),
        n_activations - 0.2,
        FOLDS - 0.2,
        boxstyle="round,pad=0.6",
        fill=False,
        edgecolor=GRAY,
        lw=1.6,
    )
    ax.add_patch(frame)
    ax.set(xlim=(-1.5, n_activations + 0.5), ylim=(-1.5, FOLDS + 0.5))


def gradients(ax: Axes) -> None:
    """Draw the gradients of the layers of two deep networks before training."""
    X, y = load_digits(return_X_y=True)
    for activation, color in {"logistic": BAD, "selu": GOOD}.items():
        net = DeepMLPClassifier((20,) * DEPTH, activation, max_iter=1, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # one epoch is too few, which does not matter here
            norms = net.fit(scale(X), y).signals_.gradient_norm[0]
        ax.plot(norms, color=color, lw=2)
        ax.annotate(activation, (DEPTH / 2, norms[DEPTH // 2]), color=color, **BELOW)
    ax.set(yscale="log")
    ax.yaxis.set_major_locator(NullLocator())
    ax.set_xlabel("layer", color=GRAY)
    ax.set_ylabel("gradient", color=GRAY)


BELOW = {"xytext": (8, -16), "textcoords": "offset points", "size": 11}
PICTURES = {"curves": curves, "stack": stack, "gradients": gradients}


def write_pictures(app: Sphinx) -> None:
    """Draw each picture into a file that the landing page shows."""
    folder = Path(app.srcdir) / "generated" / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        figure = Figure(figsize=(3.6, 1.8), layout="constrained")
        ax = figure.subplots()
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        draw(ax)
        figure.savefig(folder / f"{name}.svg", transparent=True, metadata={"Date": None})


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx when to draw: before it reads any page."""
    app.connect("builder-inited", write_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
