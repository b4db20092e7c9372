"""The norm of each layer's weights, of their gradients, and of what a step changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._layers.tensors import accumulator_dtype
from sklearn_deepmlp._stack.layout import Layout
from sklearn_deepmlp._stack.network import Network


class StepNorms(NamedTuple):
    """What a step did to the weights of each layer.

    Attributes
    ----------
    gradient_norm : ndarray of shape (M, n_layers)
        Norms of the gradients.
    update_ratio : ndarray of shape (M, n_layers)
        Norms of the changes, over those of the weights before the step.
    """

    gradient_norm: NDArray[np.float64]
    update_ratio: NDArray[np.float64]


def measured(update: Callable[[], None], network: Network) -> StepNorms:
    """Update the parameters of networks, and return what that did to their weights.

    Parameters
    ----------
    update : callable
        Changes `network.theta`, given `network.gradient`.
    network : Network
        The networks.
    """
    where = slice(network.layout.n_coefs)
    gradient, before = torch.stack((network.gradient[:, where], network.theta[:, where]))
    update()
    return step_norms(gradient, before, network.theta[:, where], network.layout)


def step_norms(gradient: Tensor, before: Tensor, after: Tensor, layout: Layout) -> StepNorms:
    """Return what a step did to the weights.

    Parameters
    ----------
    gradient, before, after : Tensor of shape (M, n_coefs)
        The gradients before the step, and the coefficients before and after it.
    layout : Layout
        Tells where the layers lie.
    """
    stacked = torch.stack((gradient, before, after - before))
    gradient_norm, weight_norm, change = _layer_norms(stacked, layout)
    with np.errstate(divide="ignore", invalid="ignore"):  # weights may all be 0
        return StepNorms(gradient_norm, change / weight_norm)


def _layer_norms(coefs: Tensor, layout: Layout) -> NDArray[np.float64]:
    """Return the Euclidean norm of each layer's part, of shape (..., n_layers)."""
    dtype = accumulator_dtype(coefs.device)
    norms = [
        torch.linalg.vector_norm(coefs[..., where], dim=-1, dtype=dtype)
        for where in layout.coef_slices
    ]
    return torch.stack(norms, -1).cpu().numpy()
