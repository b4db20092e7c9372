"""The loss of one trained network on rows that it was not trained on."""

from __future__ import annotations

import torch

from sklearn_deepmlp._layers.tensors import as_tensor
from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._types import Array


def mean_loss(loss: str, number: float, raw: Array, targets: Array, sample_weight: Array) -> float:
    """Return the weighted mean loss, without penalty.

    Parameters
    ----------
    loss : str
        A key of ``LOSSES``.
    number : float
        The number that the loss takes, if any: label smoothing, or a quantile.
    raw : ndarray of shape (n_rows, n_outputs)
        Raw outputs of the network.
    targets : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        What the loss expects.
    sample_weight : ndarray of shape (n_rows,)
        Positive weights.

    Returns
    -------
    float
    """
    with torch.inference_mode():
        losses, _ = LOSSES[loss].evaluate(as_tensor(raw)[None], as_tensor(targets)[None], number)
        weight = as_tensor(sample_weight)
        return float((losses[0] * weight).sum() / weight.sum())
