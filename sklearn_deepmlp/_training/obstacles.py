"""What keeps a step from being recorded: numbers that the host reads, and copies from and to it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from sklearn_deepmlp._compat.torch import DispatchMode

_READING = {torch.Tag.data_dependent_output, torch.Tag.dynamic_output_shape}


class Obstacles(DispatchMode):
    """Notes the operations of a step that a device cannot repeat without the host.

    These are operations of which the host reads a result, as `Tensor.item` or indexing by a mask
    does, and copies between devices. It is a context in which the step is made.

    Attributes
    ----------
    found : list of str
        The names of such operations, in the order in which the step has made them.

    Examples
    --------
    >>> import torch
    >>> with Obstacles() as obstacles:
    ...     _ = torch.ones(2).sum().item()
    >>> obstacles.found
    ['aten._local_scalar_dense.default']
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.found: list[str] = []

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        if not _READING.isdisjoint(func.tags) or _moves(args, out):
            self.found.append(str(func))
        return out


def _moves(args: tuple[Any, ...], out: Any) -> bool:
    """Return whether an operation takes or returns tensors on several devices.

    Single numbers in main memory may be among its arguments.
    """
    devices = {tensor.device for tensor in _tensors(args) if tensor.ndim > 0}
    return len(devices | {tensor.device for tensor in _tensors(out)}) > 1


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)
