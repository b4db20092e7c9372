"""How data pass through a new network, as an object that shows as text and as HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp._tables import Table
from sklearn_deepmlp._text import text_html, wrapped

# Characters per line of printed text.
_WIDTH = 88
# Rows of the printed table; of deeper networks it shows layers at even distances.
_MAX_ROWS = 8

# By their heads, where z is the pre-activation and f the activation.
_COLUMNS = {
    "std of z": "preactivation_std",
    "mean of f(z)": "activation_mean",
    "std of f(z)": "activation_std",
    "saturated": "saturated",
    "silent": "dead",
    "gradient": "gradient_norm",
}


@dataclass(frozen=True)
class InitializationReport:
    """How data pass through a new network, from `inspect_initialization`.

    It prints as text, and shows as HTML in a notebook.

    Attributes
    ----------
    network : str
        Activation, initialization and depth.
    layer_sizes : tuple of int
        Numbers of features, of units of each hidden layer, and of outputs.
    signals : Signals
        One record: moments of pre-activations and activations, fractions of saturated
        pre-activations and of silent units (`dead`), and norms of the gradients of the weights, for
        standard normal gradients at the outputs. `update_ratio` is NaN.
    verdict : {"fits", "vanishes", "explodes", "saturates"}
        Whether activation and initialization fit together at this depth, on these data.
    explanation : str
        The numbers that the verdict is based on, and whether X is far from standardized.
    layer : int or None
        The layer that shows it most, counted from 1; None if the verdict is "fits".
    remedy : str or None
        A change after which the verdict is "fits"; None if it already is.
    params : mapping of str to Any
        The remedy as parameters for `set_params`; empty where it is not that simple.
    """

    network: str
    layer_sizes: tuple[int, ...]
    signals: Signals
    verdict: str
    explanation: str
    layer: int | None = None
    remedy: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        texts = (wrapped(text, _WIDTH) for text in self._texts())
        return "\n".join([*texts, "", self._table().as_text()])

    def _repr_html_(self) -> str:
        texts = "".join(map(text_html, self._texts()))
        return f"<div>{texts}{self._table().as_html()}</div>"

    def _texts(self) -> list[str]:
        remedy = [] if self.remedy is None else [f"Remedy: {self.remedy}"]
        return [self.network, f"Verdict: {self.verdict}. {self.explanation}", *remedy]

    def _table(self) -> Table:
        """Return a table of some layers."""
        n_layers = self.signals.n_layers
        shown = np.linspace(0, n_layers - 1, min(n_layers, _MAX_ROWS)).round().astype(int)
        return Table(("layer", "units", *_COLUMNS), [self._row(index) for index in shown])

    def _row(self, index: int) -> list[str]:
        values = [getattr(self.signals, name)[0, index] for name in _COLUMNS.values()]
        name = "output" if index == self.signals.n_layers - 1 else str(index + 1)
        return [name, str(self.layer_sizes[index + 1]), *map(_number, values)]


def _number(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.3g}"
