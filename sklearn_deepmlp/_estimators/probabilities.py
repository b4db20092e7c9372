"""Probabilities from the raw outputs of a classifier."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.special

from sklearn_deepmlp._types import Array

# Up to this number of classes, and within a cache, numpy's reductions over them take half the time
# if the columns are contiguous in memory.
_FEW_CLASSES, _CACHE_BYTES = 16, 2**18


@dataclass(frozen=True)
class OutputFunctions:
    """The functions that turn raw outputs into probabilities, or into their logarithms.

    Attributes
    ----------
    of_classes : callable (n, n_classes) -> (n, n_classes)
        For rows that belong to one of several classes.
    of_label : callable
        For single outputs, each of which is a label, or one of two classes.
    """

    of_classes: Callable[[Array], Array]
    of_label: Callable[[Array], Any]

    def __call__(self, raw: Array, out_activation: str, n_classes: int | None) -> Array:
        """Return one column per class, or per label if `n_classes` is None."""
        if out_activation == "softmax":
            return self.of_classes(raw)
        if n_classes is None:
            return self.of_label(raw)
        if n_classes == 1:
            return self.of_label(np.full_like(raw, np.inf))  # the one class is certain
        return self.of_label(np.hstack([-raw, raw]))


def _softmax(raw: Array) -> Array:
    """Do the same as `scipy.special.softmax`, which for few rows takes longer than the network."""
    if raw.shape[1] <= _FEW_CLASSES and raw.nbytes <= _CACHE_BYTES:
        raw = np.asfortranarray(raw)
    shifted = raw - raw.max(axis=1, keepdims=True)
    proba = np.exp(shifted, out=shifted)
    proba /= proba.sum(axis=1, keepdims=True)
    return np.ascontiguousarray(proba)


def _log_softmax(raw: Array) -> Array:
    return scipy.special.log_softmax(raw, axis=1)


probabilities = OutputFunctions(_softmax, scipy.special.expit)
_exact_logarithms = OutputFunctions(_log_softmax, scipy.special.log_expit)


def log_probabilities(raw: Array, out_activation: str, n_classes: int | None) -> Array:
    """Return logarithms of probabilities, finite even for those that round to 0."""
    proba = probabilities(raw, out_activation, n_classes)
    exact = _exact_logarithms(raw, out_activation, n_classes)
    return np.log(proba, out=exact, where=proba > 0)
