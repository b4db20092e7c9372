"""Which layers a network has, and how it starts: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from sklearn_deepmlp.activations.base import Activation
from sklearn_deepmlp.initializers import Initializer

Array = NDArray[Any]


@dataclass(frozen=True)
class Architecture:
    """The layers of a network.

    Attributes
    ----------
    layer_sizes : tuple of int
        Features, units of each hidden layer, outputs.
    activation : Activation
        Of the hidden layers.
    normalization : str, optional
        A key of ``NORMALIZATIONS``.
    skip_connections : str, optional
        One of ``SKIP_CONNECTIONS``.
    dropout : float
        Rate, after each hidden activation.
    alpha_dropout : bool
        Whether dropped units take SELU's lower limit instead of 0.
    """

    layer_sizes: tuple[int, ...]
    activation: Activation
    normalization: str | None = None
    skip_connections: str | None = None
    dropout: float = 0.0
    alpha_dropout: bool = False


@dataclass(frozen=True)
class Initializers:
    """How coefficients are drawn.

    Attributes
    ----------
    first, hidden, output : Initializer
        Of the first hidden layer, of the other hidden layers and of the output layer.
    shares_variance : bool
        Whether layers with a residual connection divide the variance of one layer among them,
        so that their sum, and with it the signal, stays bounded through any depth.
    """

    first: Initializer
    hidden: Initializer
    output: Initializer
    shares_variance: bool = False
