"""The rows of all members of a stack: on the device, or in main memory where they are too many."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd
from typing import Any

import numpy as np
import scipy.sparse
import torch
from numpy.typing import NDArray
from torch import Tensor

Array = NDArray[Any]
CPU = torch.device("cpu")


class DenseRows:
    """Rows that lie on the device.

    Parameters
    ----------
    arrays : sequence of ndarray of shape (n_rows, ...)
        Joined one after another.
    device : torch.device
        Where the training runs.
    """

    def __init__(self, arrays: Sequence[Array], device: torch.device) -> None:
        joined = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
        self._rows = as_tensor(joined, device)

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, places: Tensor) -> Tensor:
        """Return rows[places]; `index_select` does it faster than indexing."""
        rows = self._rows
        return rows.index_select(0, places.reshape(-1)).view(*places.shape, *rows.shape[1:])


class HostRows:
    """Rows in main memory, of which each batch is sent to the device.

    Parameters
    ----------
    arrays : sequence of ndarray of shape (n_rows, ...)
        Joined one after another.
    device : torch.device
        Where the training runs. A GPU copies from pinned memory while it computes.
    """

    def __init__(self, arrays: Sequence[Array], device: torch.device) -> None:
        self._rows = DenseRows(arrays, CPU)
        self._device = device

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, places: Tensor) -> Tensor:
        """Return rows[places]."""
        batch = self._rows.take(places.cpu())
        if self._device.type == "cuda":
            batch = batch.pin_memory()
        return batch.to(self._device, non_blocking=True)


class SparseRows:
    """Rows of a sparse matrix, of which each batch is made dense.

    Parameters
    ----------
    matrices : sequence of sparse matrices in CSR format, of shape (n_rows, n_features)
        Joined one below another.
    device : torch.device
        Where the training runs.
    """

    def __init__(self, matrices: Sequence[Any], device: torch.device) -> None:
        self._rows = scipy.sparse.vstack(matrices, format="csr")
        self._device = device

    def __len__(self) -> int:
        return self._rows.shape[0]

    def take(self, places: Tensor) -> Tensor:
        """Return rows[places]."""
        dense = self._rows[places.reshape(-1).cpu().numpy()].toarray()
        return torch.from_numpy(dense).to(self._device).view(*places.shape, -1)


Rows = DenseRows | HostRows | SparseRows

# The part of a GPU's free memory that rows may take; the rest is for weights and activations.
_ROWS_PART = 0.5


def _kind_of_rows(parts: Sequence[Any], device: torch.device) -> type[Rows]:
    if scipy.sparse.issparse(parts[0]):
        return SparseRows
    if device.type != "cuda":
        return DenseRows
    free, _ = torch.cuda.mem_get_info(device)
    return DenseRows if sum(part.nbytes for part in parts) <= _ROWS_PART * free else HostRows


def stored_once(arrays: Sequence[Any], device: torch.device) -> tuple[Rows, list[int]]:
    """Join the distinct ones of the arrays; tell where each of all begins.

    Parameters
    ----------
    arrays : sequence of ndarray, or of sparse matrices
        One a member.
    device : torch.device
        Where the training runs.
    """
    distinct = {id(array): array for array in arrays}
    parts = list(distinct.values())
    lengths = [part.shape[0] for part in parts]
    starts = dict(zip(distinct, np.cumsum([0, *lengths]).tolist(), strict=False))
    return _kind_of_rows(parts, device)(parts, device), [starts[id(array)] for array in arrays]


def as_tensor(array: Array, device: torch.device = CPU) -> Tensor:
    """Return a tensor on the array's memory, or on a copy where torch cannot take it."""
    # A field of a record array has strides of its records, not of its own items.
    in_steps = min(array.strides) >= 0 and gcd(*array.strides, array.itemsize) == array.itemsize
    is_plain = array.flags.writeable and array.dtype.isnative and in_steps
    tensor = torch.from_numpy(
        array if is_plain else np.array(array, dtype=array.dtype.newbyteorder("="))
    )
    return tensor if device == CPU else tensor.to(device)  # even where it does nothing, it costs
