"""Bounds on the norms of gradients and weights, per network."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._layers.per_network import per_network
from sklearn_deepmlp._types import Number


def bounds(values: Sequence[float | None], like: Tensor, n_dims: int) -> Number | None:
    """Return bounds as `per_network` does, infinity for None; None where no network has a bound.

    Parameters
    ----------
    values : sequence of (float or None)
        One per network.
    like : Tensor
        Has the dtype and device of the bounds.
    n_dims : int
        Number of dimensions of the bounds.

    Returns
    -------
    float, Tensor of shape (M, 1, …, 1), or None
    """
    if all(value is None for value in values):
        return None
    return per_network([float("inf") if v is None else float(v) for v in values], like, n_dims)


def _shorten(vectors: Tensor, max_norm: Number, dim: int) -> None:
    """Scale the vectors along a dimension down to a norm of at most `max_norm`.

    A vector without a bound stays as it is, even if its norm is infinite.
    """
    norm = vectors.norm(dim=dim, keepdim=True)
    vectors.mul_(torch.where(norm > max_norm, max_norm / norm, 1.0))


def clip_gradient(gradient: Tensor, max_norm: Number) -> None:
    """Scale the gradient of each network down to a norm of at most `max_norm`.

    Parameters
    ----------
    gradient : Tensor of shape (M, P)
        Changed in place.
    max_norm : float or Tensor of shape (M, 1)
        From `bounds`.
    """
    _shorten(gradient, max_norm, dim=1)


def limit_incoming_weights(weights: Sequence[Tensor], max_norm: Number) -> None:
    """Scale the incoming weights of each unit down to a norm of at most `max_norm`.

    Srivastava et al. (2014), section 5.1.

    Parameters
    ----------
    weights : sequence of Tensor of shape (M, fan_in, fan_out) or (fan_in, fan_out)
        One per layer; changed in place.
    max_norm : float or Tensor of shape (M, 1, 1)
        From `bounds`.
    """
    for weight in weights:
        _shorten(weight, max_norm, dim=-2)
