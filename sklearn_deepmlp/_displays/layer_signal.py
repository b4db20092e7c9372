"""One signal of a training, as displays show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._displays.scales import finite_values, is_logarithmic
from sklearn_deepmlp._stack.signals import Signals

FRACTIONS = ("saturated", "dead", "died")


@dataclass(frozen=True)
class LayerSignal:
    """A signal of the layers that have it.

    Attributes
    ----------
    name : str
        Its name, a key of ``Signals.columns()``.
    values : ndarray of shape (n_records, n_shown)
        Its values.
    epochs : ndarray of int of shape (n_records,)
        Epochs trained before each record.
    layers : ndarray of int of shape (n_shown,)
        Numbers of the layers shown, 1 for the first hidden layer.
    n_layers : int
        Number of the output layer.
    """

    name: str
    values: NDArray[np.float64]
    epochs: NDArray[np.intp]
    layers: NDArray[np.intp]
    n_layers: int

    @property
    def label(self) -> str:
        """The name in words."""
        words = self.name.replace("_", " ")
        return f"{words} (fraction)" if self.is_fraction else words

    @property
    def layer_axis_label(self) -> str:
        """What to call the axis of the layers."""
        return "layer (the last is the output)" if self.n_layers in self.layers else "layer"

    @property
    def is_fraction(self) -> bool:
        """Whether values are between 0 and 1 by definition."""
        return self.name in FRACTIONS

    @property
    def is_signed(self) -> bool:
        """Whether some values are below 0."""
        return bool((finite_values(self.values) < 0).any())

    @property
    def is_logarithmic(self) -> bool:
        """Whether a logarithmic scale suits the values."""
        return not self.is_fraction and is_logarithmic(self.values)

    def layer_names(self) -> list[str]:
        """Return what to call each layer."""
        return ["output" if layer == self.n_layers else f"layer {layer}" for layer in self.layers]


def layer_signal(signals: Signals, name: str) -> LayerSignal:
    """Return a signal without the output layer, if that does not have it.

    Raises
    ------
    ValueError
        If no layer has it.
    """
    values, n_layers = signals.columns()[name], signals.n_layers
    if np.isnan(values).all():
        raise ValueError(f"There is no {name!r} to draw: no layer of this network has it.")
    n_shown = n_layers - int(np.isnan(values[:, -1]).all())
    layers = np.arange(1, n_shown + 1)
    return LayerSignal(name, values[:, :n_shown], signals.epoch, layers, n_layers)
