"""The raw outputs of one trained network, from its arrays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from scipy.sparse import issparse
from torch import Tensor

from sklearn_deepmlp._stack.activation import StackedActivation
from sklearn_deepmlp._stack.forward import Architecture, forward
from sklearn_deepmlp._stack.job import Array, Weights
from sklearn_deepmlp._stack.layout import AFFINE, MOMENTS, LayerTensors
from sklearn_deepmlp._stack.linear import Features
from sklearn_deepmlp._stack.rows import entries_per_row
from sklearn_deepmlp._stack.sparse_features import features_of_rows
from sklearn_deepmlp._stack.tensors import as_tensor
from sklearn_deepmlp._threads import limited_to, map_in_threads, n_threads
from sklearn_deepmlp.activations.base import Activation

# Bytes of one layer's outputs: what stays in a core's cache, and what keeps a GPU busy.
_CHUNK_BYTES, _GPU_CHUNK_BYTES = 2**19, 2**28
# Floating point operations from which on several threads take less time than one.
_MUCH = 5e8


def raw_outputs(
    weights: Weights,
    activation: Activation,
    skip_connections: str | None,
    X: Any,
    device: torch.device,
) -> Array:
    """Compute what the output layer gives before its activation.

    Parameters
    ----------
    weights : Weights
        A trained network.
    activation : Activation
        Of its hidden layers.
    skip_connections : str, optional
        One of ``SKIP_CONNECTIONS``.
    X : ndarray or sparse matrix in CSR format, of shape (n_rows, n_features)
        Features, in the dtype of the weights.
    device : torch.device
        Where to compute; rows go in pieces.

    Returns
    -------
    ndarray of shape (n_rows, n_outputs)
    """
    n = n_threads()
    with _prediction():
        layers = [_layer(weights, number, device) for number in range(len(weights.coefs))]
        architecture = Architecture(
            StackedActivation([activation], layers[0].weight),
            _normalization(layers[0]),
            skip_connections,
        )

        def outputs(rows: slice) -> Tensor:
            return forward(_features(X, rows, device), layers, architecture)[0]

        pieces = _pieces(weights, X, device)
        if n == 1 or len(pieces) == 1 or device.type != "cpu" or _n_flops(weights, X) < _MUCH:
            found = [outputs(rows) for rows in pieces]
        else:
            found = map_in_threads(outputs, pieces, min(n, len(pieces)), _prediction)
        return (found[0] if len(found) == 1 else torch.cat(found)).cpu().numpy()


@contextmanager
def _prediction() -> Iterator[None]:
    with torch.inference_mode(), limited_to(1):
        yield


def _pieces(weights: Weights, X: Any, device: torch.device) -> list[slice]:
    """Divide the rows; how, depends on no number of threads, and so neither do bits."""
    of_layers = [len(intercept) for intercept in weights.intercepts]
    widest = max(*of_layers, 0 if issparse(X) else X.shape[1])
    n_bytes = _CHUNK_BYTES if device.type == "cpu" else _GPU_CHUNK_BYTES
    size = max(1, n_bytes // (widest * X.dtype.itemsize))
    return [slice(start, start + size) for start in range(0, X.shape[0], size)]


def _n_flops(weights: Weights, X: Any) -> float:
    """Return the floating point operations of the products."""
    first, *others = weights.coefs
    a_row = entries_per_row(X) * first.shape[1] + sum(coef.size for coef in others)
    return 2.0 * X.shape[0] * a_row


def _features(X: Any, rows: slice, device: torch.device) -> Features:
    return features_of_rows(X, rows, device) if issparse(X) else as_tensor(X[rows][None], device)


def _normalization(layer: LayerTensors) -> str | None:
    if layer.affine is None:
        return None
    return "layer" if layer.moments is None else "batch"


def _layer(weights: Weights, number: int, device: torch.device) -> LayerTensors:
    def of_units(params: list[dict[str, Array]], names: Iterable[str]) -> Tensor | None:
        if number >= len(params) or not params[number]:
            return None
        values = [params[number][name] for name in names if name in params[number]]
        return as_tensor(np.stack(values)[None], device) if values else None

    names = weights.activation_params[number] if number < len(weights.activation_params) else ()
    return LayerTensors(
        weight=as_tensor(weights.coefs[number][None], device),
        bias=as_tensor(weights.intercepts[number][None, None], device),
        learned=of_units(weights.activation_params, names),
        affine=of_units(weights.normalization_params, AFFINE),
        moments=of_units(weights.normalization_params, MOMENTS),
    )
