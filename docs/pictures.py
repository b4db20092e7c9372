"""Draw the pictures of the documentation: ``python docs/pictures.py``."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.figure import Figure
from tables import names_by_class

from sklearn_deepmlp import ActivationDisplay

DOCS = Path(__file__).parent
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


PICTURES = {"activation_functions.png": activation_functions}


if __name__ == "__main__":
    for name, draw in PICTURES.items():
        draw().savefig(DOCS / name, dpi=120)
