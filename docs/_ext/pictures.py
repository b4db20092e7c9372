"""A Sphinx extension that draws pictures of the documentation from the package itself."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from activation_sections import draw_curve
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale
from tables import names_by_class

from sklearn_deepmlp import DeepMLPClassifier, SignalDisplay, inspect_initialization

if TYPE_CHECKING:  # tests import this module without Sphinx
    from sphinx.application import Sphinx

FOLDER = "generated/pictures"
N_COLUMNS, DPI = 5, 120
N_LAYERS = 20
NEW_NETWORKS = [
    ("logistic", "standard_normal"),
    ("logistic", "glorot_normal"),
    ("tanh", "standard_normal"),
    ("relu", "standard_normal"),
    ("relu", "glorot_normal"),
    ("relu", "he_normal"),
    ("selu", "lecun_normal"),
]


def activation_functions() -> Figure:
    """Draw every activation function with its derivative."""
    names = names_by_class()
    n_rows = len(names) // N_COLUMNS + 1  # with room for a legend
    figure = Figure(figsize=(2.2 * N_COLUMNS, 2.1 * n_rows), layout="constrained")
    panels = figure.subplots(n_rows, N_COLUMNS, sharex=True, sharey=True).flatten()
    for ax in panels[len(names) :]:
        ax.set_axis_off()
    for (activation, own_names), ax in zip(names.items(), panels, strict=False):
        lines = draw_curve(activation(), ax)
        ax.set_title(", ".join(own_names), fontsize="medium")
        ax.get_legend().remove()
    panels[-1].legend(*lines, loc="center", frameon=False, fontsize="large")
    return figure


def initial_signals() -> Figure:
    """Draw how signal and gradient pass through the layers of new networks."""
    X, _ = load_digits(return_X_y=True)
    figure = Figure(figsize=(8.5, 4.4), layout="constrained")
    forward, back = figure.subplots(1, 2)
    layers = np.arange(1, N_LAYERS + 1)
    for activation, init in NEW_NETWORKS:
        net = DeepMLPClassifier((50,) * N_LAYERS, activation, init=init, random_state=0)
        signals = inspect_initialization(net, scale(X)).signals
        gradient = signals.gradient_norm[0, :N_LAYERS]
        forward.plot(layers, signals.preactivation_std[0, :N_LAYERS], label=f"{activation}, {init}")
        back.plot(layers, gradient / gradient[-1])
    forward.set(title="Standard deviation of z", ylim=(1e-4, 1e6))
    back.set(title="Gradient, relative to the last layer", ylim=(1e-12, 1e7))
    for ax in (forward, back):
        ax.set(xlabel="layer", yscale="log", xticks=[1, *range(5, N_LAYERS + 1, 5)])
    figure.legend(loc="outside lower center", ncols=3, frameon=False)
    return figure


def gradients_of_deep_networks() -> Figure:
    """Draw the gradients that layers receive, in a network that learns nothing and in another."""
    X, y = load_digits(return_X_y=True)
    figure = Figure(figsize=(10, 4), layout="constrained")
    networks = {
        'logistic, init="standard_normal"': DeepMLPClassifier(
            (20,) * 30, "logistic", init="standard_normal"
        ),
        "selu": DeepMLPClassifier((20,) * 30, "selu"),
    }
    for (name, net), ax in zip(networks.items(), figure.subplots(1, 2), strict=True):
        net.set_params(max_iter=20, batch_size=100, record_signals=10, random_state=0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # some epochs are enough to see it
            net.fit(scale(X), y)
        SignalDisplay.from_estimator(net, signal="gradient_norm", ax=ax)
        title = f"{name}: training accuracy {net.score(scale(X), y):.2f}"
        ax.set(title=title, yscale="log", ylim=(1e-8, 10))
    return figure


PICTURES = {
    "activation_functions.png": activation_functions,
    "initial_signals.png": initial_signals,
    "signals.png": gradients_of_deep_networks,
}


def write_pictures(app: Sphinx) -> None:
    """Draw each picture to a file that a page shows."""
    folder = Path(app.srcdir) / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, draw in PICTURES.items():
        draw().savefig(folder / name, dpi=DPI)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx when to draw the pictures: before it reads any page."""
    app.connect("builder-inited", write_pictures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
