"""Bounds on gradients and on weights, each member's own."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._stack.layout import LayerTensors
from sklearn_deepmlp._stack.members import per_member


def bounds(values: Sequence[float | None], like: Tensor, n_dims: int) -> float | Tensor | None:
    """Return what `per_member` returns, infinity for None; None where no member has a bound."""
    if all(value is None for value in values):
        return None
    return per_member([float("inf") if v is None else float(v) for v in values], like, n_dims)


def _shorten(vectors: Tensor, max_norm: float | Tensor) -> None:
    """Scale vectors, which lie along dimension 1, down to a norm of at most `max_norm`.

    A vector without a bound stays as it is, an infinite norm included.
    """
    norm = vectors.norm(dim=1, keepdim=True)
    vectors.mul_(torch.where(norm > max_norm, max_norm / norm, 1.0))


def clip_gradient(gradient: Tensor, max_norm: float | Tensor) -> None:
    """Scale the gradient (M, P) of each member down to a norm of at most `max_norm`."""
    _shorten(gradient, max_norm)


def limit_incoming_weights(layers: Sequence[LayerTensors], max_norm: float | Tensor) -> None:
    """Scale the incoming weights of each unit down to a norm of at most `max_norm`.

    Srivastava et al. (2014), section 5.1. The bound is a float or has the shape (M, 1, 1).
    """
    for layer in layers:
        _shorten(layer.weight.detach(), max_norm)
