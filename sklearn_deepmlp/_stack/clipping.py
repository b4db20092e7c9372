"""Bounds on gradients and on weights, each member's own."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._layers.members import Number, per_member


def bounds(values: Sequence[float | None], like: Tensor, n_dims: int) -> Number | None:
    """Return what `per_member` returns, infinity for None; None where no member has a bound."""
    if all(value is None for value in values):
        return None
    return per_member([float("inf") if v is None else float(v) for v in values], like, n_dims)


def _shorten(vectors: Tensor, max_norm: Number, dim: int) -> None:
    """Scale vectors, which lie along a dimension, down to a norm of at most `max_norm`.

    A vector without a bound stays as it is, an infinite norm included.
    """
    norm = vectors.norm(dim=dim, keepdim=True)
    vectors.mul_(torch.where(norm > max_norm, max_norm / norm, 1.0))


def clip_gradient(gradient: Tensor, max_norm: Number) -> None:
    """Scale the gradient (M, P) of each member down to a norm of at most `max_norm`."""
    _shorten(gradient, max_norm, dim=1)


def limit_incoming_weights(weights: Sequence[Tensor], max_norm: Number) -> None:
    """Scale the incoming weights of each unit down to a norm of at most `max_norm`.

    Srivastava et al. (2014), section 5.1.

    Parameters
    ----------
    weights : sequence of Tensor of shape (M, fan_in, fan_out) or (fan_in, fan_out)
    max_norm : float or Tensor of shape (M, 1, 1)
    """
    for weight in weights:
        _shorten(weight, max_norm, dim=-2)
