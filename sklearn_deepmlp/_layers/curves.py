"""An activation and its derivative as functions of one number."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from sklearn_deepmlp._layers.activation import ActivationLayer
from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.per_network import Like
from sklearn_deepmlp.activations.base import Activation

Values = NDArray[np.float64]

# The interval that is searched for the steepest slope. All functions of the package have it there.
_GRID = np.linspace(-8.0, 8.0, 129)


def curve(activation: Activation, z: ArrayLike) -> tuple[Values, Values]:
    """Return an activation and its derivative as training computes them, but without noise.

    Parameters
    ----------
    activation : Activation
        The function; hyperparameters that it learns have their initial values.
    z : array-like of shape (n,)
        Pre-activations.

    Returns
    -------
    values, slopes : ndarray of shape (n,)
        f(z) and f'(z).

    Examples
    --------
    >>> from sklearn_deepmlp.activations import LeakyReLU
    >>> curve(LeakyReLU(0.5), [-2.0, 3.0])
    (array([-1.,  3.]), array([0.5, 1. ]))
    """
    column = torch.tensor(np.ravel(z), dtype=torch.float64).unsqueeze(-1)
    layer = layer_of(activation, 1, column)
    with torch.inference_mode(False), torch.no_grad():
        values, pullback = layer.train(column, Context(column))
        slopes = pullback(torch.ones_like(column))
    return values[:, 0].numpy(), slopes[:, 0].numpy()


def layer_of(activation: Activation, units: int, like: Tensor) -> ActivationLayer:
    """Return the layer of an activation whose learned hyperparameters have their initial values.

    Parameters
    ----------
    activation : Activation
        The function.
    units : int
        Number of units.
    like : Tensor
        With the dtype and device of the layer's input.
    """
    layer = ActivationLayer([activation], units, 0, Like(like.dtype, like.device))
    hyperparameters = activation.hyperparameters()
    learned = [like.new_full((1, units), hyperparameters[name]) for name in activation.learned()]
    layer.bind(learned, [torch.zeros_like(start) for start in learned], [])
    return layer


def steepest_slope(activation: Activation) -> float:
    """Return the largest absolute value of an activation's derivative between −8 and 8."""
    params = tuple(activation.get_params(deep=False).items())
    try:
        hash(params)
    except TypeError:
        return _steepest_slope(activation)
    return _remembered(type(activation), params)


@lru_cache(maxsize=256)
def _remembered(kind: type[Activation], params: tuple[tuple[str, Hashable], ...]) -> float:
    return _steepest_slope(kind(**dict(params)))


def _steepest_slope(activation: Activation) -> float:
    slopes = np.abs(curve(activation, _GRID)[1])
    return float(slopes[np.isfinite(slopes)].max(initial=0.0))
