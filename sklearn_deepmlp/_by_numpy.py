"""Computations on the CPU that numpy makes in less time than torch.

Its elementary functions take a half to a sixth of the time of torch's, to about one unit in the
last place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import numpy as np
import torch
from torch import Tensor

_DTYPES = (torch.float32, torch.float64)
_MAX_ENTRIES = 2**15  # of a matrix; from there on torch uses several threads, and numpy never does

_only_torch = ContextVar("_only_torch", default=False)


@contextmanager
def only_torch() -> Iterator[None]:
    """Compute everything by torch here, as is needed where its kernels are recorded."""
    token = _only_torch.set(True)
    try:
        yield
    finally:
        _only_torch.reset(token)


def may_use_numpy(x: Tensor) -> bool:
    """Tell whether numpy can compute with a tensor: on the CPU, without a graph, of its dtypes."""
    is_plain = type(x) is Tensor and x.is_cpu and not x.requires_grad
    return is_plain and x.dtype in _DTYPES and not _only_torch.get()


def _is_small(x: Tensor) -> bool:
    return x.shape[-2:].numel() <= _MAX_ENTRIES and may_use_numpy(x)


def tanh(x: Tensor) -> Tensor:
    """Return the hyperbolic tangent."""
    return torch.from_numpy(np.tanh(x.numpy())) if _is_small(x) else torch.tanh(x)


def expm1(x: Tensor) -> Tensor:
    """Return exp(x) − 1, for x ≤ 0."""
    return torch.from_numpy(np.expm1(x.numpy())) if _is_small(x) else torch.expm1(x)


def exp(x: Tensor) -> Tensor:
    """Return exp(x), where that is finite."""
    return torch.from_numpy(np.exp(x.numpy())) if _is_small(x) else torch.exp(x)
