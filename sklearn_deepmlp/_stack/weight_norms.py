"""The norm of each layer's weights, of their gradients, and of what a step changes."""

from __future__ import annotations

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
        Norms of the gradients of the loss without penalty.
    update_ratio : ndarray of shape (M, n_layers)
        Norms of the changes, over those of the weights before the step.
    """

    gradient_norm: NDArray[np.float64]
    update_ratio: NDArray[np.float64]


class StepMeasurement:
    """Measures a step that is going to be made.

    Parameters
    ----------
    network : Network
        The networks before the step, with the gradients of their losses.
    """

    def __init__(self, network: Network) -> None:
        self._network, self._where = network, slice(network.layout.n_coefs)
        coefs = network.gradient[:, self._where], network.theta[:, self._where]
        self._gradient, self._before = torch.stack(coefs)

    def norms(self) -> StepNorms:
        """Return what the step did, after it was made."""
        after = self._network.theta[:, self._where]
        return step_norms(self._gradient, self._before, after, self._network.layout)


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
