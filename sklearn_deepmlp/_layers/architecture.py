"""The layers of a network and the initializers of its coefficients, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

from sklearn_deepmlp._layers.products import EXACT
from sklearn_deepmlp.activations.base import Activation
from sklearn_deepmlp.initializers import Initializer


@dataclass(frozen=True)
class Architecture:
    """The layers of a network.

    Attributes
    ----------
    layer_sizes : tuple of int
        Numbers of features, of units of each hidden layer, and of outputs.
    activation : Activation
        Activation function of the hidden layers.
    normalization : str, optional
        A key of ``NORMALIZATIONS``.
    skip_connections : str, optional
        One of ``SKIP_CONNECTIONS``.
    dropout : float
        Dropout rate after each hidden activation.
    alpha_dropout : bool
        Whether dropped outputs are set to SELU's lower limit instead of 0.
    products : str
        How matrix products are computed: "exact", "tf32" or "bfloat16"; the latter two only in a
        float32 network.
    """

    layer_sizes: tuple[int, ...]
    activation: Activation
    normalization: str | None = None
    skip_connections: str | None = None
    dropout: float = 0.0
    alpha_dropout: bool = False
    products: str = EXACT

    @property
    def n_hidden(self) -> int:
        """Number of hidden layers."""
        return len(self.layer_sizes) - 2

    def is_residual(self, index: int) -> bool:
        """Return whether a hidden layer has a residual connection."""
        fan_in, units = self.layer_sizes[index : index + 2]
        return self.skip_connections == "residual" and index < self.n_hidden and fan_in == units


@dataclass(frozen=True)
class Initializers:
    """The initializers of a network's coefficients.

    Attributes
    ----------
    first, hidden, output : Initializer
        Those of the first hidden layer, of the other hidden layers and of the output layer.
    shares_variance : bool
        Whether layers with a residual connection divide the variance of one layer among them,
        so that their sum, and with it the signal, stays bounded at any depth.
    """

    first: Initializer
    hidden: Initializer
    output: Initializer
    shares_variance: bool = False
