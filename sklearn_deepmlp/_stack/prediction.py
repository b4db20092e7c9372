"""The raw outputs of one trained network, from its arrays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

import numpy as np
import torch
from scipy.sparse import issparse
from torch import Tensor

from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._layers.base import (
    COEFS,
    ArraySpec,
    Features,
    Layer,
    flattened,
    predict_through,
)
from sklearn_deepmlp._layers.build import build_layers
from sklearn_deepmlp._layers.per_network import Like
from sklearn_deepmlp._layers.sparse_features import features_of_rows
from sklearn_deepmlp._layers.tensors import as_tensor
from sklearn_deepmlp._stack.flops import product_flops
from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._stack.layout import from_state
from sklearn_deepmlp._stack.rows import entries_per_row
from sklearn_deepmlp._threads import limited_to, map_in_threads, n_threads
from sklearn_deepmlp._types import Array

# Bytes of one layer's outputs for a chunk of rows: what fits in a core's cache, and what keeps a
# GPU busy.
_CHUNK_BYTES, _GPU_CHUNK_BYTES = 2**20, 2**28
# Floating point operations from which several threads take less time than one.
_MIN_FLOPS_FOR_THREADS = 5e8


def raw_outputs(
    state: NetworkState, architecture: Architecture, X: Any, device: torch.device
) -> Array:
    """Compute the raw outputs: those of the output layer, before its activation.

    Parameters
    ----------
    state : NetworkState
        What the network has learned.
    architecture : Architecture
        Its layers.
    X : ndarray or sparse matrix in CSR format, of shape (n_rows, n_features)
        Features, in the dtype of the state.
    device : torch.device
        Where to compute, one chunk of rows at a time.

    Returns
    -------
    ndarray of shape (n_rows, n_outputs)
    """
    n = n_threads()
    with torch.inference_mode(), limited_to(1):
        layers = fitted_layers(state, architecture, device)

        def outputs(rows: slice) -> Tensor:
            return cast("Tensor", predict_through(layers, _features(X, rows, device)))

        chunks = _chunks(architecture, X, device)
        is_sequential = n == 1 or len(chunks) == 1 or device.type != "cpu"
        if is_sequential or _flops(architecture, X) < _MIN_FLOPS_FOR_THREADS:
            parts = [outputs(rows) for rows in chunks]
        else:
            parts = map_in_threads(outputs, chunks, min(n, len(chunks)), _prediction)
        raw = parts[0].contiguous() if len(parts) == 1 else torch.cat(parts)  # row by row
        return raw.cpu().numpy()


@contextmanager
def _prediction() -> Iterator[None]:
    with torch.inference_mode(), limited_to(1):
        yield


def fitted_layers(
    state: NetworkState, architecture: Architecture, device: torch.device
) -> Sequence[Layer]:
    """Return the layers of a trained network, bound to its arrays.

    Parameters
    ----------
    state : NetworkState
        What the network has learned.
    architecture : Architecture
        Its layers.
    device : torch.device
        Where to predict.
    """
    first = as_tensor(state.coefs[0], device)
    layers = build_layers([architecture], Like(first.dtype, device))
    for layer in flattened(layers):
        layer.bind(
            [_fitted(state, layer, spec, device) for spec in layer.parameters()],
            [],
            [_fitted(state, layer, spec, device) for spec in layer.running_stats()],
        )
    return layers


def _fitted(state: NetworkState, layer: Layer, spec: ArraySpec, device: torch.device) -> Tensor:
    tensor = as_tensor(from_state(state, layer, spec), device)
    return tensor if spec.field == COEFS else tensor.unsqueeze(0)


def _chunks(architecture: Architecture, X: Any, device: torch.device) -> list[slice]:
    """Divide the rows, regardless of the number of threads, so that bits do not depend on it."""
    widest = max(*architecture.layer_sizes[1:], 0 if issparse(X) else X.shape[1])
    n_bytes = _CHUNK_BYTES if device.type == "cpu" else _GPU_CHUNK_BYTES
    size = max(1, n_bytes // (widest * X.dtype.itemsize))
    return [slice(start, start + size) for start in range(0, X.shape[0], size)]


def _flops(architecture: Architecture, X: Any) -> float:
    return X.shape[0] * sum(product_flops(architecture, entries_per_row(X)))


def _features(X: Any, rows: slice, device: torch.device) -> Features:
    if issparse(X):
        return features_of_rows(X, rows, device)
    return as_tensor(np.ascontiguousarray(X[rows]), device)  # bits depend on the order in memory
