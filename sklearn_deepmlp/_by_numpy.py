"""Computations on the CPU that numpy makes in less time than torch.

Its elementary functions take a half to a sixth of the time of torch's, and so do formulas of a few
of them. The results are right to one or two units in the last place. Functions take an optional
`out` like those of torch, and leave to torch what is large, because numpy uses one thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

import numpy as np
import torch
from torch import Tensor

from sklearn_deepmlp._compat.torch import elu as torch_elu
from sklearn_deepmlp._compat.torch import mish as torch_mish
from sklearn_deepmlp._compat.torch import mish_backward as torch_mish_backward
from sklearn_deepmlp._types import Array

_DTYPES = (torch.float32, torch.float64)
MAX_ENTRIES = 2**15  # of a matrix; for more torch may use several threads

# From here on exp(2z) + 1 = exp(2z) in both dtypes.
_SATURATED = 20.0

_only_torch = ContextVar("_only_torch", default=False)


@contextmanager
def only_torch() -> Iterator[None]:
    """Compute everything by torch here, as is needed where its kernels are recorded."""
    token = _only_torch.set(True)
    try:
        yield
    finally:
        _only_torch.reset(token)


def is_numpy_allowed() -> bool:
    """Return whether `only_torch` does not apply."""
    return not _only_torch.get()


def ignored_overflow() -> AbstractContextManager[Any]:
    """Return a context in which numpy ignores overflow and NaN, as torch always does."""
    return np.errstate(all="ignore")


def may_use_numpy(x: Tensor) -> bool:
    """Return whether numpy can compute with a tensor: on the CPU, without a graph."""
    is_plain = type(x) is Tensor and x.is_cpu and not x.requires_grad
    return is_plain and x.dtype in _DTYPES and is_numpy_allowed()


def _is_small(x: Tensor) -> bool:
    # The size comes last, because a trace for any number of rows must not ask for it.
    return x.ndim > 0 and may_use_numpy(x) and x.shape[-2:].numel() <= MAX_ENTRIES


def _applied(function: Callable[..., None], out: Tensor | None, *tensors: Tensor) -> Tensor:
    """Apply a function of arrays that fills its first one."""
    if out is None:
        out = torch.empty_like(tensors[-1])
    with ignored_overflow():
        function(out.numpy(), *[tensor.numpy() for tensor in tensors])
    return out


def tanh(z: Tensor, out: Tensor | None = None) -> Tensor:
    """Return tanh(z)."""
    if not _is_small(z):
        return torch.tanh(z, out=out)
    out = torch.empty_like(z) if out is None else out
    np.tanh(z.numpy(), out=out.numpy())
    return out


def elu(z: Tensor, alpha: float, out: Tensor | None = None) -> Tensor:
    """Return z above 0 and alpha · (exp(z) − 1) below."""
    if not _is_small(z):
        return torch_elu(z, alpha, out=out)

    def fill(out: Array, z: Array) -> None:
        np.minimum(z, 0, out=out)
        np.expm1(out, out=out)
        if alpha != 1:
            out *= alpha
        out += np.maximum(z, 0)

    return _applied(fill, out, z)


def mish(z: Tensor, out: Tensor | None = None) -> Tensor:
    """Return z · tanh(log(1 + exp(z))) = z · n / (n + 2) with n = exp(z)² + 2 exp(z)."""
    return _applied(_fill_mish, out, z) if _is_small(z) else torch_mish(z, out=out)


def _fill_mish(out: Array, z: Array) -> None:
    exp = np.minimum(z, _SATURATED)
    np.exp(exp, out=exp)
    n = exp + 2
    n *= exp
    np.add(n, 2, out=out)
    np.divide(n, out, out=out)
    out *= z


def mish_backward(grad_output: Tensor, z: Tensor, out: Tensor | None = None) -> Tensor:
    """Return grad_output times the derivative of mish, (n + 4z exp(z)(exp(z) + 1)/(n + 2))/(n + 2).

    In it, n is that of `mish`.
    """
    if not _is_small(z):
        return torch_mish_backward(grad_output, z, out=out)
    return _applied(_fill_mish_backward, out, grad_output, z)


def _fill_mish_backward(out: Array, grad_output: Array, z: Array) -> None:
    z = np.minimum(z, _SATURATED)
    exp = np.exp(z)
    np.add(exp, 1, out=out)
    out *= exp
    out *= z
    out *= 4
    n = exp + 2
    n *= exp
    np.add(n, 2, out=z)
    out /= z
    out += n
    out /= z
    out *= grad_output
