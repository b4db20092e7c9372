"""The rows of all networks of a stack: on the device, or in main memory if they are too large."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse
import torch
from torch import Tensor

from sklearn_deepmlp._layers.sparse_features import SparseFeatures, features_of_steps
from sklearn_deepmlp._layers.tensors import CPU, as_tensor
from sklearn_deepmlp._stack.free_memory import free_bytes
from sklearn_deepmlp._types import Array


class DenseRows:
    """Dense rows on the device.

    Parameters
    ----------
    arrays : sequence of ndarray of shape (n_rows, ...)
        The rows, which are concatenated.
    device : torch.device
        Where the training runs.
    """

    def __init__(self, arrays: Sequence[Array], device: torch.device) -> None:
        joined = arrays[0] if len(arrays) == 1 else np.concatenate(arrays)
        self._rows = as_tensor(joined, device)

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, indices: Tensor) -> Tensor:
        """Return rows[indices], by `index_select`, which is faster than indexing."""
        rows = self._rows
        return rows.index_select(0, indices.reshape(-1)).view(*indices.shape, *rows.shape[1:])

    def copy_to(self, out: Tensor, indices: Tensor) -> None:
        """Store rows[indices] in a contiguous tensor of that shape."""
        rows = self._rows
        flat = out.view(-1, *rows.shape[1:])
        torch.index_select(rows, 0, indices.reshape(-1), out=flat)

    def steps(self, indices: Tensor) -> Sequence[Tensor]:
        """Return the rows of each step, whose indices are (n_steps, M, B) or (n_steps, B)."""
        return self.take(indices).unbind()


class HostRows(DenseRows):
    """Dense rows in main memory, from which batches are copied to the device.

    Parameters
    ----------
    arrays : sequence of ndarray of shape (n_rows, ...)
        The rows, which are concatenated.
    device : torch.device
        Where the training runs. A GPU copies from pinned memory while it computes.
    """

    def __init__(self, arrays: Sequence[Array], device: torch.device) -> None:
        super().__init__(arrays, CPU)
        self._device = device

    def take(self, indices: Tensor) -> Tensor:
        """Return rows[indices] on the device."""
        batch = super().take(indices.cpu())
        if self._device.type == "cuda":
            batch = batch.pin_memory()
        return batch.to(self._device, non_blocking=True)


class SparseRows:
    """Rows of a sparse matrix, which stay in main memory.

    Parameters
    ----------
    matrices : sequence of sparse matrices in CSR format, of shape (n_rows, n_features)
        The rows, which are concatenated.
    device : torch.device
        Where the training runs.
    """

    def __init__(self, matrices: Sequence[Any], device: torch.device) -> None:
        is_one = len(matrices) == 1
        self._rows = matrices[0] if is_one else scipy.sparse.vstack(matrices, format="csr")
        self._device = device

    def __len__(self) -> int:
        return self._rows.shape[0]

    def steps(self, indices: Tensor) -> Sequence[SparseFeatures]:
        """Return the rows of each step, whose indices are (n_steps, M, B) or (n_steps, B)."""
        rows = self._rows[indices.reshape(-1).cpu().numpy()]
        n_members = indices.shape[1] if indices.ndim == 3 else 1
        return features_of_steps(rows, len(indices), n_members, self._device)


Rows = DenseRows | HostRows | SparseRows

# The fraction of a GPU's free memory that rows may take; the rest is for weights and activations.
_ROWS_FRACTION = 0.5


def kind_of_rows(parts: Sequence[Any], device: torch.device) -> type[Rows]:
    """Return where rows should lie, by how much memory they need; parameters as below."""
    if scipy.sparse.issparse(parts[0]):
        return SparseRows
    free = free_bytes(device)
    if free is None or sum(part.nbytes for part in parts) <= _ROWS_FRACTION * free:
        return DenseRows
    return HostRows


def stored_once(arrays: Sequence[Any], device: torch.device) -> tuple[Rows, list[int]]:
    """Store each distinct array once.

    Parameters
    ----------
    arrays : sequence of ndarray, or of sparse matrices in CSR format
        One per network; several networks may have the same object.
    device : torch.device
        Where the training runs.

    Returns
    -------
    rows : DenseRows, HostRows or SparseRows
        The distinct arrays, concatenated.
    starts : list of int
        The index of the row at which the array of each network begins.
    """
    distinct = {id(array): array for array in arrays}
    parts = list(distinct.values())
    lengths = [part.shape[0] for part in parts]
    starts = dict(zip(distinct, np.cumsum([0, *lengths]).tolist(), strict=False))
    return kind_of_rows(parts, device)(parts, device), [starts[id(array)] for array in arrays]


def entries_per_row(X: Any) -> float:
    """Return the mean number of stored entries per row; for dense rows, of all features."""
    return X.nnz / X.shape[0] if scipy.sparse.issparse(X) else X.shape[1]


def row_bytes(X: Any) -> int:
    """Return the size of a row in bytes; for sparse rows, the mean size."""
    index_bytes = X.indices.itemsize if scipy.sparse.issparse(X) else 0
    return max(1, round(entries_per_row(X) * (X.dtype.itemsize + index_bytes)))
