"""A number that may differ between the members of a stack."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor


def per_member(values: Sequence[float], like: Tensor, n_dims: int) -> float | Tensor:
    """Return one float where all members agree, else a tensor of shape (M, 1, …, 1).

    Parameters
    ----------
    values : sequence of float
        One a member.
    like : Tensor
        Gives dtype and device.
    n_dims : int
        Number of dimensions of the result.
    """
    if len(set(values)) == 1:
        return values[0]
    column = torch.tensor(values, dtype=like.dtype, device=like.device)
    return column.view(-1, *[1] * (n_dims - 1))
