"""A batch of sparse features, and its products with dense matrices.

Both products are sums of a few rows of a dense matrix, weighted by the entries: rows of the weights
in the forward pass, rows of the gradient in the backward pass. scipy computes them as a product
with a sparse matrix; torch, as an embedding bag, which has a fast kernel for float32 and one for
GPUs. Each sum runs in the order of the entries, so that its bits do not depend on threads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from scipy.sparse import csr_array
from torch import Tensor
from torch.nn.functional import embedding_bag

from sklearn_deepmlp._layers.tensors import CPU, as_tensor
from sklearn_deepmlp._types import Array

# The devices on which the oldest supported version of torch has embedding bags.
_DEVICES_WITH_BAGS = ("cpu", "cuda")


@dataclass(frozen=True)
class SparseFeatures:
    """The sparse features of a batch of M networks.

    They form a matrix in CSR format of shape (M · B, M · n_features) with one block of rows and
    columns per network and zeros elsewhere. Entries that are stored twice are summed.

    Attributes
    ----------
    values : ndarray of shape (n_entries,)
        The stored entries, row by row.
    columns : ndarray of int of shape (n_entries,)
        Their column indices.
    ends : ndarray of int of shape (M · B + 1,)
        The entries of row i are those from ``ends[i]`` up to ``ends[i + 1]``.
    shape : tuple of int
        M, B and n_features.
    device : torch.device
        Where the products are; the entries stay in main memory.
    sums_on_cpu : bool
        Whether the products are computed in main memory, for the device has no kernel for them.
    """

    values: Array
    columns: Array
    ends: Array
    shape: tuple[int, int, int]
    device: torch.device
    sums_on_cpu: bool = False

    def times(self, weight: Tensor) -> Tensor:
        """Return the products of the features and weights.

        Parameters
        ----------
        weight : Tensor of shape (M, n_features, units) or (n_features, units)
            The weights of each network.

        Returns
        -------
        Tensor of shape (M, B, units) or (B, units)
        """
        *leading, _, units = weight.shape
        rows = weight.reshape(-1, units)  # for several networks a copy, which is contiguous
        return self._sums(self.values, self.columns, self.ends, rows).view(*leading, -1, units)

    def transposed_times(self, grad_output: Tensor, out: Tensor) -> None:
        """Write the products of the transposed features and `grad_output` to `out`.

        Where there are many features, most have no entry in the batch; their rows are set to 0
        without a product.

        Parameters
        ----------
        grad_output : Tensor of shape (M, B, units) or (B, units)
            Gradient of the losses with respect to the products with the weights.
        out : Tensor of shape (M, n_features, units) or (n_features, units)
            The gradient of the weights.
        """
        n_members, n_rows, n_features = self.shape
        shape = n_members * n_rows, n_members * n_features
        entries = csr_array((self.values, self.columns, self.ends), shape).tocsc()
        columns = np.flatnonzero(entries.indptr[1:] > entries.indptr[:-1])
        ends = entries.indptr[np.append(columns, -1)]
        rows = grad_output.reshape(-1, grad_output.shape[-1])
        member, feature = np.divmod(columns, n_features)
        index = as_tensor(member, self.device), as_tensor(feature, self.device)
        out.zero_()
        sums = self._sums(entries.data, entries.indices, ends, rows)
        (out if out.ndim == 3 else out[None])[index] = sums

    def to_dense(self) -> Tensor:
        """Return the features as a tensor of shape (M, B, n_features), or (B, n_features)."""
        n_members, n_rows, n_features = self.shape
        shape = n_members * n_rows, n_features
        entries = csr_array((self.values, self.columns % n_features, self.ends), shape)
        dense = as_tensor(entries.toarray(), self.device)
        return dense if n_members == 1 else dense.view(self.shape)

    def _sums(self, weights: Array, indices: Array, ends: Array, rows: Tensor) -> Tensor:
        """Return sums of rows[indices] times weights, each from one end to the next."""
        if self.sums_on_cpu:
            return _weighted_sums(weights, indices, ends, rows.cpu()).to(self.device)
        return _weighted_sums(weights, indices, ends, rows)


def _weighted_sums(weights: Array, indices: Array, ends: Array, rows: Tensor) -> Tensor:
    device = rows.device
    if device == CPU and rows.dtype == torch.float64:  # where scipy is faster
        matrix = csr_array((weights, indices, ends), (len(ends) - 1, len(rows)))
        return torch.from_numpy(matrix @ rows.numpy())
    return embedding_bag(
        as_tensor(indices, device),
        rows,
        as_tensor(ends, device),
        mode="sum",
        per_sample_weights=as_tensor(weights, device),
        include_last_offset=True,
    )


def features_of_rows(matrix: Any, rows: slice, device: torch.device) -> SparseFeatures:
    """Return some rows of a sparse matrix as the features of one network, without a copy.

    Parameters
    ----------
    matrix : sparse matrix in CSR format, of shape (n_rows, n_features)
        All rows.
    rows : slice
        The rows to return.
    device : torch.device
        Where products are computed.
    """
    n_rows, n_features = matrix.shape
    first, last, _ = rows.indices(n_rows)
    shape = 1, last - first, n_features
    return _between(matrix.data, matrix.indices, matrix.indptr[first : last + 1], shape, device)


def features_of_steps(
    rows: Any, n_steps: int, n_members: int, device: torch.device
) -> Sequence[SparseFeatures]:
    """Divide rows into the batches of steps.

    Parameters
    ----------
    rows : sparse matrix in CSR format, of shape (n_steps · M · B, n_features)
        Ordered by step, and within a step by network.
    n_steps, n_members : int
        Number of steps, and of networks, M.
    device : torch.device
        Where the training runs.

    Returns
    -------
    sequence of SparseFeatures
        One per step.
    """
    columns, ends, n_features = rows.indices, rows.indptr, rows.shape[1]
    size = rows.shape[0] // n_steps
    shape = n_members, size // n_members, n_features
    if n_members > 1:  # each network has its block of columns
        blocks = np.tile(np.arange(n_members) * n_features, n_steps)
        columns = columns + np.repeat(blocks, np.diff(ends[:: shape[1]]))
    return [
        _between(rows.data, columns, ends[first : first + size + 1], shape, device)
        for first in range(0, n_steps * size, size)
    ]


def _between(
    values: Array, columns: Array, ends: Array, shape: tuple[int, int, int], device: torch.device
) -> SparseFeatures:
    """Return the features whose entries lie between the first and the last of `ends`."""
    first, last = ends[0], ends[-1]
    own_ends = (ends - first).astype(columns.dtype, copy=False)
    sums_on_cpu = device.type not in _DEVICES_WITH_BAGS
    return SparseFeatures(
        values[first:last], columns[first:last], own_ends, shape, device, sums_on_cpu
    )


def as_dense(x: Tensor | SparseFeatures) -> Tensor:
    """Return features as a dense tensor."""
    return x.to_dense() if isinstance(x, SparseFeatures) else x
