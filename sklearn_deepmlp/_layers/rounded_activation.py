"""An activation between layers whose products are computed in bfloat16."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from torch import Tensor

from sklearn_deepmlp._layers.activation import ActivationLayer
from sklearn_deepmlp._layers.base import Context, Features, Pullback
from sklearn_deepmlp._layers.per_network import Like
from sklearn_deepmlp.activations import (
    ELU,
    GELU,
    SELU,
    Activation,
    Identity,
    LeakyReLU,
    Logistic,
    Mish,
    ReLU,
    Swish,
    Tanh,
)

# Those that torch computes, forward and backward, with one kernel each. Kernels compute bfloat16
# tensors in float32 inside, so that only what they return is rounded.
_OF_ONE_KERNEL = (ELU, GELU, SELU, Identity, LeakyReLU, Logistic, Mish, ReLU, Tanh)


class RoundedActivation(ActivationLayer):
    """An activation layer that takes and returns bfloat16 tensors, but computes in float32.

    Parameters are those of `ActivationLayer`.

    Notes
    -----
    Shape: (M, B, units) or (B, units), in and out.
    """

    def __init__(
        self, activations: Sequence[Activation], units: int, index: int, like: Like
    ) -> None:
        super().__init__(activations, units, index, like)
        self._has_one_kernel = _has_one_kernel(activations)
        self._dtype = like.dtype

    def predict(self, x: Features) -> Tensor:
        z = cast("Tensor", x)
        if self._has_one_kernel:
            return super().predict(z)
        return super().predict(z.to(self._dtype)).bfloat16()

    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        z = cast("Tensor", x)
        if self._has_one_kernel and context.hidden is None:
            out, pullback = super().train(z, context)
            return out, lambda grad_output: pullback(grad_output.bfloat16())
        out, pullback = super().train(z.to(self._dtype), context)
        return out.bfloat16(), lambda grad_output: pullback(grad_output.to(self._dtype)).bfloat16()


def _has_one_kernel(activations: Sequence[Activation]) -> bool:
    """Return whether all networks have the same activation, and torch has a kernel for it."""
    first = activations[0]
    if type(first) not in _OF_ONE_KERNEL and not _is_silu(first):
        return False
    return all(_same(first, other) for other in activations[1:])


def _is_silu(activation: Activation) -> bool:
    is_swish = type(activation) is Swish
    return is_swish and activation.get_params() == {"beta": 1.0, "trainable": False}


def _same(one: Activation, other: Any) -> bool:
    return type(one) is type(other) and one.get_params() == other.get_params()
