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
        self._network = network
        self._gradient_norm = layer_norms(network.gradient, network.layout)
        self._before = network.theta[:, : network.layout.n_coefs].clone()

    def norms(self) -> StepNorms:
        """Return what the step did, after it was made."""
        network = self._network
        return step_norms(self._gradient_norm, self._before, network.theta, network.layout)


def step_norms(gradient_norm: Tensor, before: Tensor, after: Tensor, layout: Layout) -> StepNorms:
    """Return what a step did to the weights.

    Parameters
    ----------
    gradient_norm : Tensor of shape (M, n_layers)
        Norms of the gradients before the step.
    before, after : Tensor of shape (M, n_coefs) or (M, P)
        The coefficients before and after it.
    layout : Layout
        Tells where the layers lie.
    """
    where = layout.coef_slices
    change = torch.stack([_norm(after[:, layer] - before[:, layer]) for layer in where], -1)
    norms = torch.stack((gradient_norm, layer_norms(before, layout), change))
    gradient_norms, weight_norms, changes = norms.cpu().numpy()
    with np.errstate(divide="ignore", invalid="ignore"):  # weights may all be 0
        return StepNorms(gradient_norms, changes / weight_norms)


def layer_norms(coefs: Tensor, layout: Layout) -> Tensor:
    """Return the Euclidean norm of each layer's part of the coefficients.

    Parameters
    ----------
    coefs : Tensor of shape (M, n_coefs) or (M, P)
        The coefficients, or their gradients.
    layout : Layout
        Tells where the layers lie.

    Returns
    -------
    Tensor of shape (M, n_layers)
    """
    return torch.stack([_norm(coefs[:, layer]) for layer in layout.coef_slices], -1)


def _norm(layer: Tensor) -> Tensor:
    return torch.linalg.vector_norm(layer, dim=-1, dtype=accumulator_dtype(layer.device))
