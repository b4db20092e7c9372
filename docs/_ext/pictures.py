"""Draw the pictures of the documentation: ``python docs/_ext/pictures.py``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from sklearn.datasets import load_digits
from sklearn.preprocessing import scale
from tables import names_by_class

from sklearn_deepmlp import ActivationDisplay, DeepMLPClassifier, SignalDisplay

IMAGES = Path(__file__).parents[1] / "images"
ROWS, COLUMNS = 3, 5
Z, TICKS = np.linspace(-4, 4, 801), (-4, -2, 0, 2, 4)


def activation_functions() -> Figure:
    """Draw every activation function with its derivative."""
    figure = Figure(figsize=(11, 2.3 * ROWS), layout="constrained")
    panels = figure.subplots(ROWS, COLUMNS, sharex=True, sharey=True).flatten()
    names = names_by_class()
    for ax in panels[len(names) :]:
        ax.set_axis_off()
    for (activation, own_names), ax in zip(names.items(), panels, strict=False):
        colour = {"color": "tab:orange"}
        display = ActivationDisplay.from_activations(
            activation(), z=Z, ax=ax, derivative_line_kw=colour
        )
        ax.set(title=", ".join(own_names), xlabel="", ylabel="", xticks=TICKS, ylim=(-2, 4))
        ax.get_legend().remove()
    handles = [*display.lines_, *display.derivative_lines_]
    panels[-1].legend(handles, ["f(z)", "f′(z)"], loc="center", frameon=False, fontsize="large")
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
        net.fit(scale(X), y)
        SignalDisplay.from_estimator(net, signal="gradient_norm", ax=ax)
        title = f"{name}: training accuracy {net.score(scale(X), y):.2f}"
        ax.set(title=title, yscale="log", ylim=(1e-8, 10))
    return figure


PICTURES = {
    "activation_functions.png": activation_functions,
    "signals.png": gradients_of_deep_networks,
}


if __name__ == "__main__":
    for name, draw in PICTURES.items():
        draw().savefig(IMAGES / name, dpi=120)
