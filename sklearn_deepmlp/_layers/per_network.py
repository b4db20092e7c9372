"""A number that may differ between the networks of a stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from sklearn_deepmlp._types import Number


class Like(NamedTuple):
    """The dtype and device of the tensors of a training.

    Attributes
    ----------
    dtype : torch.dtype
        Their dtype.
    device : torch.device
        Where they are.
    """

    dtype: torch.dtype
    device: torch.device


LIKE = Like(torch.float32, torch.device("cpu"))


def per_network(values: Sequence[float], like: Like | Tensor, n_dims: int) -> Number:
    """Return one float where all networks agree, otherwise a tensor.

    Parameters
    ----------
    values : sequence of float
        One per network.
    like : Like or Tensor
        Has the dtype and device of the tensor.
    n_dims : int
        Number of dimensions of the tensor.

    Returns
    -------
    float or Tensor of shape (M, 1, …, 1)
    """
    if len(set(values)) == 1:
        return values[0]
    column = torch.tensor(values, dtype=like.dtype, device=like.device)
    return column.view(-1, *[1] * (n_dims - 1))
