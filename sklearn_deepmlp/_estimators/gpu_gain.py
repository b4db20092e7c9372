"""Whether a GPU is faster for a training or a prediction, by a model of the time on both devices.

docs/guide/gpu.md has the measurements from which its numbers come.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._stack.flops import product_flops
from sklearn_deepmlp._stack.rows import entries_per_row

# One product in the forward pass, and two in the backward pass: for the weights and for the inputs.
_PRODUCTS_PER_STEP = 3


class Speed(NamedTuple):
    """What a training step takes on a device.

    Attributes
    ----------
    per_step, per_layer : float
        Seconds that do not depend on how much is multiplied; on a GPU, those of launching kernels.
    flops_per_second : float
        Rate of the products.
    """

    per_step: float
    per_layer: float
    flops_per_second: float

    def seconds(self, n_layers: int, flops: float) -> float:
        """Return the time of a step."""
        return self.per_step + n_layers * self.per_layer + flops / self.flops_per_second


# 16 cores, so that with fewer cores a GPU is chosen too late rather than too early; and kernels
# that are launched separately.
CPU_SPEED = Speed(90e-6, 45e-6, 5e11)
GPU_SPEED = Speed(240e-6, 90e-6, 5e13)
# How long a process takes to start using a GPU: an assumption.
START_SECONDS = 3.0
# Floating point operations of a prediction from which a GPU takes less time, once it is in use.
PREDICTION_FLOPS = 1e9


def seconds_saved(architecture: Architecture, X: Any, batch_size: int, n_steps: int) -> float:
    """Return how much less time a training takes on a GPU, the start of the GPU included.

    Parameters
    ----------
    architecture : Architecture
        The network.
    X : ndarray or sparse matrix of shape (n_rows, n_features)
        The features.
    batch_size, n_steps : int
        Rows per step, and the number of steps if training does not stop early.

    Returns
    -------
    float
        Negative where the CPU takes less time.
    """
    n_layers = len(architecture.layer_sizes) - 1
    flops = _PRODUCTS_PER_STEP * forward_flops(architecture, X, batch_size)
    of_step = CPU_SPEED.seconds(n_layers, flops) - GPU_SPEED.seconds(n_layers, flops)
    return n_steps * of_step - START_SECONDS


def is_prediction_faster(flops: float, *, is_started: bool) -> bool:
    """Return whether a prediction takes less time on a GPU.

    Parameters
    ----------
    flops : float
        Floating point operations of the whole prediction.
    is_started : bool
        Whether this process uses the GPU already.
    """
    least = PREDICTION_FLOPS if is_started else START_SECONDS * CPU_SPEED.flops_per_second
    return flops >= least


def forward_flops(architecture: Architecture, X: Any, n_rows: int) -> float:
    """Return the floating point operations of a forward pass of some rows of X."""
    return n_rows * sum(product_flops(architecture, entries_per_row(X)))
