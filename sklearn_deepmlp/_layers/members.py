"""A number that may differ between the members of a stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

Number = float | Tensor


class Like(NamedTuple):
    """What tensors of a training have in common."""

    dtype: torch.dtype
    device: torch.device


LIKE = Like(torch.float32, torch.device("cpu"))


def per_member(values: Sequence[float], like: Like | Tensor, n_dims: int) -> Number:
    """Return one float where all members agree, else a tensor of shape (M, 1, …, 1).

    Parameters
    ----------
    values : sequence of float
        One per member.
    like : Like or Tensor
        Gives dtype and device.
    n_dims : int
        Number of dimensions of the result.
    """
    if len(set(values)) == 1:
        return values[0]
    column = torch.tensor(values, dtype=like.dtype, device=like.device)
    return column.view(-1, *[1] * (n_dims - 1))
